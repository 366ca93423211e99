import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { MediaEvent, MediaEventType } from '../../src/index.ts';
import {
  type FlvTag,
  MediaServer,
  type MediaServerOptions,
  RtmpPublisher,
  readFlvFile,
} from '../../src/index.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { PlaylistWatch } from './playlist-watch.ts';

export const showFile = new URL('../fixtures/show.flv', import.meta.url);
const SHOW_FRAMES = 125 + 217;
let show: Promise<FlvTag[]> | null = null;

/** The fixture: 5 s, 125 video and 217 audio frames. */
export function readShow(): Promise<FlvTag[]> {
  show ??= readFlvFile(showFile);
  return show;
}

/** Real time within which anything in these tests must have happened. */
const PATIENCE_MS = 30_000;

/** Resolves as soon as the condition holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export interface MediaRig {
  media: MediaServer;
  rtmpPort: number;
  /** `http://127.0.0.1:{port}` */
  origin: string;
  events: MediaEvent[];
  lines: string[];
  happened: (type: MediaEventType, count?: number) => Promise<void>;
  /** Resolves when so many requests for this URL have come. */
  asked: (url: string, count?: number) => Promise<void>;
  connect: (streamKey: string, clock?: Clock) => Promise<RtmpPublisher>;
  /** Connects, sends the whole show at once and sees it arrive. */
  publishShow: (streamKey?: string, playbackId?: string) => Promise<RtmpPublisher>;
}

/**
 * A media server with its HTTP host on free ports; gone when the test is. Key `k` plays as `play-k`. A playlist that
 * breaks a rule fails the test, whoever fetched it.
 */
export async function startMedia(options: Partial<MediaServerOptions> = {}): Promise<MediaRig> {
  const events: MediaEvent[] = [];
  const lines: string[] = [];
  const media = new MediaServer({
    authorize: async (streamKey) =>
      streamKey.startsWith('wrong') ? { refused: 'unknown stream key' } : { playbackId: `play-${streamKey}` },
    on: (event) => events.push(event),
    log: (line) => lines.push(line),
    ...options,
  });
  const playlists = new PlaylistWatch();
  const asked: string[] = [];
  const http = createServer((req, res) => {
    asked.push(`${origin}${req.url}`);
    playlists.watch(req, res);
    if (!media.handleHttp(req, res)) res.writeHead(418).end();
  });
  http.on('upgrade', (request, socket, head) => {
    media.handleUpgrade(request, socket, head, request.socket.remoteAddress ?? 'unknown');
  });
  const rtmpPort = await media.listenRtmp(0, '127.0.0.1');
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await media.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
    expect(playlists.broken).toEqual([]);
  });
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const connect = (streamKey: string, clock?: Clock) =>
    RtmpPublisher.connect({ host: '127.0.0.1', port: rtmpPort, app: 'live', streamKey, clock });
  return {
    media,
    rtmpPort,
    origin,
    events,
    lines,
    happened: (type, count = 1) =>
      until(`${type} x ${count}`, () => events.filter((event) => event.type === type).length >= count),
    asked: (url, count = 1) =>
      until(`${count} requests for ${url}`, () => asked.filter((each) => each === url).length >= count),
    connect,
    publishShow: async (streamKey = 'k', playbackId = `play-${streamKey}`) => {
      const publisher = await connect(streamKey);
      await publisher.publishFlv(await readShow(), { speed: Number.POSITIVE_INFINITY });
      await until('the show has arrived', () => media.status(playbackId)?.framesIn === SHOW_FRAMES);
      return publisher;
    },
  };
}
