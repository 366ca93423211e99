/**
 * The life of a stream in this process.
 * - `starting`: a publisher is there, nothing can be played yet
 * - `live`: it can be played
 * - `interrupted`: its publisher was lost, viewers keep the playlist, the same publisher may come back
 * - `ended`: the playlist ends; it stays to be had for a while
 * - `gone`: forgotten
 */
export const streamTransitions = {
  starting: ['live', 'gone'],
  live: ['interrupted', 'ended'],
  interrupted: ['live', 'ended'],
  ended: ['gone'],
  gone: [],
} as const satisfies Record<string, readonly string[]>;

export type StreamState = keyof typeof streamTransitions;

export function canTurn(from: StreamState, to: StreamState): boolean {
  return (streamTransitions[from] as readonly StreamState[]).includes(to);
}
