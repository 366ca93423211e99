import type { FlvTag } from '@vybekart/media';
import type { DemoChapter, DemoShop } from './demo-programme.ts';

/** A stretch of the clip that loops by itself, with its chapters counted from its own start. */
export interface ClipSection {
  tags: FlvTag[];
  chapters: DemoChapter[];
  lengthMs: number;
}

/** Cuts a shop's part out of the clip. */
export function cutSection(
  tags: readonly FlvTag[],
  chapters: readonly DemoChapter[],
  { startMs, endMs }: DemoShop['part'],
): ClipSection {
  const isInside = (atMs: number) => atMs >= startMs && atMs < endMs;
  const headers = tags.filter((tag) => tag.kind === 'script' || isSequenceHeader(tag));
  const frames = tags
    .filter((tag) => tag.kind !== 'script' && !isSequenceHeader(tag) && isInside(tag.timestampMs))
    .map((tag) => ({ ...tag, timestampMs: tag.timestampMs - startMs }));
  return {
    tags: [...headers.map((tag) => ({ ...tag, timestampMs: 0 })), ...frames],
    chapters: chapters
      .filter((chapter) => isInside(chapter.startMs))
      .map((chapter) => ({ ...chapter, startMs: chapter.startMs - startMs, endMs: chapter.endMs - startMs })),
    lengthMs: endMs - startMs,
  };
}

/** AVC and AAC decoder configuration, by the packet type in the second byte (Adobe FLV 10.1, annex E.4). */
function isSequenceHeader(tag: FlvTag): boolean {
  const isAvc = tag.kind === 'video' && ((tag.body[0] ?? 0) & 0x0f) === 7;
  const isAac = tag.kind === 'audio' && (tag.body[0] ?? 0) >> 4 === 10;
  return (isAvc || isAac) && tag.body[1] === 0;
}
