import { readSamples } from '../../../../packages/media/test/support/mp4-reader.ts';
import { checkMultivariant } from '../../../../packages/media/test/support/multivariant-validator.ts';
import { PlaylistValidator } from '../../../../packages/media/test/support/playlist-validator.ts';
import { compareWithSecondReader } from '../../../../packages/media/test/support/second-reader.ts';

async function fetchOk(url: string): Promise<Response> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`GET ${new URL(url).pathname} answered ${answer.status}`);
  return answer;
}

/** The media playlist that the entry playlist names. */
export async function mediaPlaylistUrl(entryUrl: string): Promise<string> {
  const entry = await (await fetchOk(entryUrl)).text();
  checkMultivariant(entry);
  const uri = entry.split('\n').find((line) => line !== '' && !line.startsWith('#'));
  if (!uri) throw new Error('the entry playlist names no media playlist');
  return new URL(uri, entryUrl).href;
}

/** Throws with the rule that it breaks, or with what a second reader sees in it otherwise. */
export async function readMediaPlaylist(url: string) {
  const text = await (await fetchOk(url)).text();
  const playlist = new PlaylistValidator().check(text);
  compareWithSecondReader(text, playlist);
  return playlist;
}

/** How many samples of each track, of at least so many bytes, the whole segments of a playlist hold. */
export async function countSamples(playlistUrl: string, leastBytes = 0): Promise<Map<number, number>> {
  const playlist = await readMediaPlaylist(playlistUrl);
  const counts = new Map<number, number>();
  for (const { uri } of playlist.segments) {
    if (uri === null) continue;
    const bytes = Buffer.from(await (await fetchOk(new URL(uri, playlistUrl).href)).arrayBuffer());
    for (const [track, samples] of readSamples(bytes)) {
      counts.set(
        track,
        (counts.get(track) ?? 0) + samples.filter(({ data }) => data.length >= leastBytes).length,
      );
    }
  }
  return counts;
}
