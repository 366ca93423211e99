/** The publishing side of a connection, as the rest of the server sees it. */
export interface Publisher {
  readonly remoteAddress: string;
  /** When its last byte arrived, on the clock's `now`. */
  readonly lastHeardAt: number;
  /** Cuts the connection; the reason reaches the publisher and the log. */
  disconnect(reason: string): void;
}

/** Takes the media messages of an accepted publisher. A throw ends the connection with its message. */
export interface PublishSink {
  /** `payload` is the body of an FLV audio or video tag, lent for the call. */
  media(kind: 'audio' | 'video', timestampMs: number, payload: Buffer): void;
  /** Called once, last. */
  closed(reason: string): void;
}

export type PublishAnswer =
  | { sink: PublishSink }
  | { refused: string; code: 'NetStream.Publish.Unauthorized' | 'NetStream.Publish.BadName' };
