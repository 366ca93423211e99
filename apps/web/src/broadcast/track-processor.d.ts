/** W3C "MediaStreamTrack Insertable Media Processing using Streams"; offered to pages by Chromium alone. */
interface MediaStreamTrackProcessor<T> {
  readonly readable: ReadableStream<T>;
}

declare var MediaStreamTrackProcessor:
  | {
      new <T extends VideoFrame | AudioData>(init: { track: MediaStreamTrack }): MediaStreamTrackProcessor<T>;
    }
  | undefined;
