// Everybody at once, in a process of their own: sockets that join a room and stay. One command by IPC.
import { setTimeout as delay } from 'node:timers/promises';
import { RawViewer } from './raw-viewer.ts';

export interface Storm {
  port: number;
  streamId: string;
  count: number;
  /** Access tokens, taken in turn; none for guests. */
  tokens: string[];
}

export interface Landed {
  tookMs: number;
  /** `viewer_count` at the viewer that got most of them. */
  countFramesPerSecond: number;
  /** What viewers show a second and a half after the last one came. */
  shownCounts: number[];
}

const atOnce = 500;
const sampleEvery = 100;
const settleMs = 1500;

async function land({ port, streamId, count, tokens }: Storm): Promise<Landed> {
  const startedAt = performance.now();
  const seen: { joinedAt: number; frames: number; shown: number }[] = [];
  const viewers: RawViewer[] = [];
  const join = (index: number) => {
    const token = tokens[index % tokens.length];
    const auth = token === undefined ? {} : { auth: { token } };
    if (index % sampleEvery !== 0) return RawViewer.join(port, { ...auth, streamId });
    const mine = { joinedAt: performance.now(), frames: 0, shown: 0 };
    seen.push(mine);
    const read = (text: string) => {
      const count = /"viewerCount":(\d+)|\["viewer_count",.*?"count":(\d+)/.exec(text);
      if (count?.[2]) mine.frames += 1;
      if (count) mine.shown = Number(count[1] ?? count[2]);
    };
    return RawViewer.join(port, { ...auth, streamId, read });
  };
  while (viewers.length < count) {
    const batch = Array.from({ length: Math.min(atOnce, count - viewers.length) });
    viewers.push(...(await Promise.all(batch.map((_, index) => join(viewers.length + index)))));
  }
  const tookMs = performance.now() - startedAt;
  await delay(settleMs);
  const now = performance.now();
  // The first frame may come at once; those after it make the rate.
  const rates = seen.map(({ frames, joinedAt }) => (Math.max(0, frames - 1) * 1000) / (now - joinedAt));
  return {
    tookMs,
    countFramesPerSecond: Math.max(...rates),
    shownCounts: [...new Set(seen.map(({ shown }) => shown))],
  };
}

process.on('message', async (storm: Storm) => {
  process.send?.(await land(storm));
});
process.on('disconnect', () => process.exit());
