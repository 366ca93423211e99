import { type ReadSample, readSamples } from './mp4-reader.ts';
import { attributes, type ReadPlaylist } from './playlist-reader.ts';
import { PlaylistValidator } from './playlist-validator.ts';
import { compareWithSecondReader } from './second-reader.ts';

/** A recording as a player gets it: every playlist validated, every range fetched. */
export interface Replay {
  /** Attributes of the one variant. */
  variant: Record<string, string>;
  mediaUrl: string;
  playlist: ReadPlaylist;
  /** The media playlist as it came. */
  text: string;
  durationS: number;
  /** By track id, over all files. */
  samples: Map<number, ReadSample[]>;
}

/** Throws with the rule that a playlist breaks, or with what could not be fetched. */
export async function watchReplay(entryUrl: string): Promise<Replay> {
  const entry = (await fetchText(entryUrl)).trimEnd().split('\n');
  const variant = attributes(entry.find((line) => line.startsWith('#EXT-X-STREAM-INF:')) ?? '');
  const mediaUrl = new URL(entry.at(-1) ?? '', entryUrl).href;
  const text = await fetchText(mediaUrl);
  const playlist = new PlaylistValidator().check(text);
  compareWithSecondReader(text, playlist);
  const media: Buffer[] = [];
  for (const { uri, byteRange, map } of playlist.segments) {
    const [file, header = ''] = map?.split('#') ?? [];
    if (file !== uri) throw new Error(`${uri} has the header of ${file}`);
    const [headerLength] = header.split('@').map(Number);
    const head = await fetchRange(new URL(file ?? '', mediaUrl).href, 0, headerLength ?? 0);
    if (head.toString('latin1', 4, 8) !== 'ftyp') throw new Error(`${map} is no header`);
    media.push(
      await fetchRange(new URL(uri ?? '', mediaUrl).href, byteRange?.offset ?? 0, byteRange?.length ?? 0),
    );
  }
  const durationS = playlist.segments.reduce((sum, segment) => sum + (segment.duration ?? 0), 0);
  return { variant, mediaUrl, playlist, text, durationS, samples: readSamples(Buffer.concat(media)) };
}

async function fetchRange(url: string, offset: number, length: number): Promise<Buffer> {
  const response = await fetch(url, { headers: { range: `bytes=${offset}-${offset + length - 1}` } });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 206 || bytes.length !== length)
    throw new Error(`a range answers ${response.status}`);
  return bytes;
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}`);
  return response.text();
}
