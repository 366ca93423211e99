import type { MediaSink } from './shared/media.ts';

/** What an accepted publisher feeds, whatever protocol it speaks. */
export interface IngestSink {
  /** A throw ends the connection with its message. */
  media: MediaSink;
  /** A picture of the show for those who do not watch it yet. What is no acceptable JPEG is passed over. */
  still(jpeg: Buffer): void;
  /** Called once, last. */
  closed(reason: string): void;
}

/** `isBusy`: somebody else publishes to the stream at this moment. The text reaches the publisher. */
export type IngestAnswer = { sink: IngestSink } | { refused: string; isBusy: boolean };
