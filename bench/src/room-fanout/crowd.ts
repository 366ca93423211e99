// Signed-in people in many rooms, in a process of their own: they join, and then tap hearts. Commands by IPC.
import { setTimeout as delay } from 'node:timers/promises';
import { RawViewer } from './raw-viewer.ts';

export interface Crowd {
  do: 'join';
  port: number;
  /** Everybody is in one of these; they are filled in turn. */
  streamIds: string[];
  /** One for each person. */
  tokens: string[];
}

export interface Taps {
  do: 'tap';
  /** Everybody taps one heart in each of them, at even distances from the others. */
  seconds: number;
}

export interface Tapped {
  heartsSent: number;
  /** `floating_hearts` that reached people, and what the largest totals of the rooms add up to. */
  frames: number;
  heartsTold: number;
}

const joinAtOnce = 50;
const turnMs = 20;
const settleMs = 1500;
const longestDrainMs = 15_000;

let people: { viewer: RawViewer; streamId: string }[] = [];

async function joinAll({ port, streamIds, tokens }: Crowd): Promise<void> {
  people = [];
  while (people.length < tokens.length) {
    const batch = tokens.slice(people.length, people.length + joinAtOnce).map(async (token, index) => {
      const streamId = streamIds[(people.length + index) % streamIds.length] ?? '';
      return { viewer: await RawViewer.join(port, { auth: { token }, streamId }), streamId };
    });
    people.push(...(await Promise.all(batch)));
  }
  await delay(settleMs);
}

async function tap({ seconds }: Taps): Promise<Tapped> {
  let frames = 0;
  const totals = new Map<string, number>();
  for (const { viewer, streamId } of people) {
    viewer.read = (text) => {
      if (!text.includes('["floating_hearts"')) return;
      frames += 1;
      const total = Number(/"total":(\d+)/.exec(text)?.[1]);
      totals.set(streamId, Math.max(total, totals.get(streamId) ?? 0));
    };
  }
  const startedAt = performance.now();
  let sent = 0;
  while (sent < people.length * seconds) {
    const due = Math.floor(((performance.now() - startedAt) * people.length) / 1000);
    for (; sent < Math.min(due, people.length * seconds); sent += 1) {
      const { viewer, streamId } = people[sent % people.length] as (typeof people)[number];
      viewer.send(`42/streams,${sent}${JSON.stringify(['send_likes', { streamId, count: 1 }])}`);
    }
    await delay(turnMs);
  }
  const heartsTold = () => [...totals.values()].reduce((sum, total) => sum + total, 0);
  const deadline = performance.now() + longestDrainMs;
  while (heartsTold() < sent && performance.now() < deadline) await delay(100);
  return { heartsSent: sent, frames, heartsTold: heartsTold() };
}

process.on('message', async (command: Crowd | Taps) => {
  if (command.do === 'join') await joinAll(command);
  process.send?.(command.do === 'join' ? { joined: people.length } : await tap(command));
});
process.on('disconnect', () => process.exit());
