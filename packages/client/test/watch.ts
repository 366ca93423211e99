import { onTestFinished } from 'vitest';
import {
  type Client,
  createClient,
  type RoomClient,
  type RoomView,
  type SessionStorage,
} from '../src/index.ts';
import { ScriptedServer } from './scripted-server.ts';
import { streamId } from './things.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface Watched {
  server: ScriptedServer;
  clock: VirtualClock;
  client: Client;
  room: RoomClient;
  view(): RoomView;
  /** Every view that a subscriber was told of. */
  views: RoomView[];
}

export async function aServer(): Promise<{ server: ScriptedServer; baseUrl: string }> {
  const server = new ScriptedServer();
  const baseUrl = await server.start();
  onTestFinished(() => server.close());
  return { server, baseUrl };
}

/** A room client on a scripted server, not started yet; everything is closed when the test ends. */
export async function aWatcher(options: { storage?: SessionStorage } = {}): Promise<Watched> {
  const { server, baseUrl } = await aServer();
  const clock = new VirtualClock();
  const client = createClient({ baseUrl, clock, random: () => 0.5, validateAnswers: true, ...options });
  const room = client.room(streamId);
  const views: RoomView[] = [];
  room.subscribe(() => views.push(room.getSnapshot()));
  onTestFinished(() => {
    room.close();
    client.live.suspend();
  });
  return { server, clock, client, room, views, view: () => room.getSnapshot() };
}

/** The same, in the room already. */
export async function aLiveWatcher(options: { storage?: SessionStorage } = {}): Promise<Watched> {
  const watched = await aWatcher(options);
  watched.room.start();
  await watched.clock.advanceUntil(() => watched.view().status === 'live');
  return watched;
}

export function texts(view: RoomView): string[] {
  return view.messages.map((message) => message.text);
}
