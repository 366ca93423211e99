/// <reference path="./m3u8-parser.d.ts" />
import { Parser } from 'm3u8-parser';
import type { ReadPlaylist } from './playlist-reader.ts';

/** Reads a media playlist with a parser that is not ours; throws where the two see different things. */
export function compareWithSecondReader(text: string, ours: ReadPlaylist): void {
  const theirs = parse(text);
  const complete = ours.segments.filter((segment) => segment.uri !== null);
  const facts = [
    ['target duration', ours.targetDuration, theirs.targetDuration],
    ['part target', Number.isNaN(ours.partTarget) ? undefined : ours.partTarget, theirs.partTargetDuration],
    ['media sequence', ours.mediaSequence, theirs.mediaSequence],
    ['end', ours.isEnded, theirs.endList ?? false],
    ['segments', complete.length, theirs.segments.filter((segment) => segment.uri !== undefined).length],
    ['hint', ours.preloadHint, theirs.preloadSegment?.preloadHints?.[0]?.uri ?? null],
  ] as const;
  expectSame(facts);
}

/** The same for a multivariant playlist: the address and the bandwidth of each variant, in order. */
export function compareVariants(text: string, ours: ReadonlyArray<{ uri: string; bandwidth: number }>): void {
  const theirs = (parse(text).playlists ?? []).map(({ uri, attributes }) => `${attributes.BANDWIDTH} ${uri}`);
  expectSame([['variants', ours.map(({ uri, bandwidth }) => `${bandwidth} ${uri}`).join(), theirs.join()]]);
}

function parse(text: string): Parser['manifest'] {
  const parser = new Parser();
  parser.push(text);
  parser.end();
  return parser.manifest;
}

function expectSame(facts: ReadonlyArray<readonly [name: string, mine: unknown, other: unknown]>): void {
  for (const [name, mine, other] of facts) {
    if (mine !== other) throw new Error(`${name}: one reader sees ${mine}, the other ${other}`);
  }
}
