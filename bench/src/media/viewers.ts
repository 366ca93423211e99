// Viewers in a process of their own: takes entries and how many, watches for a while, answers what was seen.
import { setTimeout as delay } from 'node:timers/promises';
import { LiveViewer, type Watched } from './live-viewer.ts';

export interface Audience {
  entries: string[];
  viewers: number;
  watchMs: number;
}

process.on('message', async ({ entries, viewers, watchMs }: Audience) => {
  const seen: Watched = { parts: 0, playlists: 0, bytes: 0, failures: 0, partMs: [] };
  const leaving = new AbortController();
  const watching = Array.from({ length: viewers }, async (_, index) => {
    await delay((index * 500) / viewers);
    await new LiveViewer(entries[index % entries.length] ?? '', seen).watch(leaving.signal);
  });
  await delay(watchMs);
  leaving.abort();
  await Promise.all(watching);
  process.send?.(seen);
});
process.on('disconnect', () => process.exit(0));
