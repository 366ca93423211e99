import type { SegmentWindow } from './segment-window.ts';

/** What a playlist request asks for with its delivery directives, RFC 8216bis 6.2.5. */
export interface DeliveryDirectives {
  /** `_HLS_msn` and `_HLS_part`: answer no sooner than this is in the playlist. */
  awaited: { msn: number; part: number | null } | null;
  /** `_HLS_skip`. */
  isDelta: boolean;
}

/** Null if the directives are malformed, which is to be answered with 400. */
export function parseDirectives(query: string): DeliveryDirectives | null {
  const params = new URLSearchParams(query);
  const msn = parseInteger(params.getAll('_HLS_msn'));
  const part = parseInteger(params.getAll('_HLS_part'));
  const skip = params.get('_HLS_skip');
  if (msn === undefined || part === undefined) return null;
  if (msn === null && part !== null) return null;
  return {
    awaited: msn === null ? null : { msn, part },
    isDelta: skip === 'YES' || skip === 'v2',
  };
}

/** Null if absent, undefined if malformed. */
function parseInteger(values: string[]): number | null | undefined {
  if (values.length === 0) return null;
  const [text] = values;
  if (values.length > 1 || text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}

export type ReloadState = 'ready' | 'wait' | 'too_far' | 'gone';

/**
 * Whether the awaited segment or part is in the playlist, will be, is too far ahead (RFC 8216bis 6.2.5.2), or is not held
 * any more: who asks for that has slept, and starts anew.
 */
export function reloadState(
  window: SegmentWindow,
  awaited: { msn: number; part: number | null },
): ReloadState {
  if (window.isEnded) return 'ready';
  const { edgeMsn, open } = window;
  const listedParts = open?.parts.length ?? 0;
  const { msn, part } = rolledOver(window, awaited);
  if (msn < window.oldestMsn) return 'gone';
  if (msn < edgeMsn) return 'ready';
  if (msn > edgeMsn + 1) return 'too_far';
  const partTargetS = (window.timing?.partTargetMs ?? 1_000) / 1_000;
  const advanceLimit = Math.ceil(partTargetS < 1 ? 3 / partTargetS : 3);
  const partsListed = msn === edgeMsn ? listedParts : 0;
  if (part !== null && part >= partsListed + advanceLimit) return 'too_far';
  return msn === edgeMsn && part !== null && part < listedParts ? 'ready' : 'wait';
}

/** A part past the end of its finished segment stands for the first part of the next one. */
function rolledOver(
  window: SegmentWindow,
  awaited: { msn: number; part: number | null },
): { msn: number; part: number | null } {
  const { msn, part } = awaited;
  if (part === null || msn >= window.edgeMsn) return awaited;
  const segment = window.segment(msn);
  return segment && part >= segment.parts.length ? { msn: msn + 1, part: 0 } : awaited;
}
