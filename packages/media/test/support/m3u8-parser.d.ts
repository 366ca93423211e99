/** The part of m3u8-parser that the tests read; the package carries no types. */
declare module 'm3u8-parser' {
  export interface Manifest {
    targetDuration: number;
    partTargetDuration?: number;
    mediaSequence: number;
    endList?: boolean;
    segments: Array<{ uri?: string; duration?: number }>;
    playlists?: Array<{ uri: string; attributes: { BANDWIDTH?: number } }>;
    preloadSegment?: { preloadHints?: Array<{ uri: string }> };
  }
  export class Parser {
    manifest: Manifest;
    push(chunk: string): void;
    end(): void;
  }
}
