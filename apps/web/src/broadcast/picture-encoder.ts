import { offeredEncodings, type Size } from './encodings';
import { encodeFrame, encodeVideoConfig, track as trackOf } from './ingest-wire';
import { TrackClock } from './track-clock';
import type { Uplink } from './uplink';

const KEY_FRAME_EVERY_MS = 1_000;
/** Pictures that wait for the encoder; more would only be late. */
const MOST_QUEUED = 3;

export interface PictureEncoderOptions {
  track: MediaStreamTrack;
  uplink: () => Uplink;
  /** Whether a picture would reach anybody at this moment. */
  isWanted: () => boolean;
  onConfig: (message: Uint8Array<ArrayBuffer>, size: Size) => void;
  onFrame: (message: Uint8Array<ArrayBuffer>, isKey: boolean) => void;
  /** Borrows a picture for as long as the call lasts. */
  onPicture: (frame: VideoFrame) => void;
  /** No encoding that this browser offers works. */
  onFailure: () => void;
}

/** The pictures of one camera, encoded one by one as they come; stops with its track or by `close`. */
export class PictureEncoder {
  readonly #options: PictureEncoderOptions;
  readonly #clock = new TrackClock();
  readonly #reader: ReadableStreamDefaultReader<VideoFrame>;
  /** Of the camera's pictures, as they come. */
  #source: Size | null = null;
  #encodings: VideoEncoderConfig[] | null = null;
  #encoder: VideoEncoder | null = null;
  /** Where pictures are copied that no encoder can read as they come. */
  #canvas: OffscreenCanvas | null = null;
  #bitsPerSecond = 0;
  #lastKeyFrameMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: PictureEncoderOptions) {
    if (!MediaStreamTrackProcessor) throw new TypeError('this browser reads no frames from a camera');
    this.#options = options;
    this.#reader = new MediaStreamTrackProcessor<VideoFrame>({ track: options.track }).readable.getReader();
    void this.#run();
  }

  /** The next picture stands alone: somebody begins to watch. */
  wantKeyFrame(): void {
    this.#lastKeyFrameMs = Number.NEGATIVE_INFINITY;
  }

  close(): void {
    this.#isClosed = true;
    void this.#reader.cancel().catch(() => undefined);
    if (this.#encoder && this.#encoder.state !== 'closed') this.#encoder.close();
  }

  async #run(): Promise<void> {
    for (;;) {
      const { value: frame, done } = await this.#reader
        .read()
        .catch(() => ({ value: undefined, done: true }));
      if (done || !frame) return;
      try {
        await this.#take(frame);
      } finally {
        frame.close();
      }
    }
  }

  async #take(frame: VideoFrame): Promise<void> {
    const { isWanted, onPicture } = this.#options;
    const uplink = this.#options.uplink();
    const timeMs = this.#clock.toMs(frame.timestamp);
    if (this.#isClosed || !isWanted() || !uplink.mayEncode()) return;
    const source = { width: frame.displayWidth, height: frame.displayHeight };
    this.#follow(source);
    this.#encoder ??= await this.#open(source);
    const encoder = this.#encoder;
    if (!encoder || encoder.encodeQueueSize >= MOST_QUEUED) return;
    onPicture(frame);
    this.#followUplink(encoder);
    const isKey = uplink.takeKeyFrameWish() || timeMs - this.#lastKeyFrameMs >= KEY_FRAME_EVERY_MS - 15;
    if (isKey) this.#lastKeyFrameMs = timeMs;
    const readable = this.#readable(frame);
    encoder.encode(readable, { keyFrame: isKey });
    if (readable !== frame) readable.close();
  }

  /** A phone that is turned makes pictures of another shape. */
  #follow(source: Size): void {
    if (this.#source?.width === source.width && this.#source.height === source.height) return;
    this.#source = source;
    this.#encodings = null;
    if (this.#encoder && this.#encoder.state !== 'closed') this.#encoder.close();
    this.#encoder = null;
  }

  /** The best encoding that has not failed yet; null when none is left. */
  async #open(picture: Size): Promise<VideoEncoder | null> {
    this.#encodings ??= await offeredEncodings(
      picture,
      async (config) => (await VideoEncoder.isConfigSupported(config)).supported === true,
    );
    const config = this.#encodings[0];
    if (this.#isClosed) return null;
    if (!config) {
      this.close();
      this.#options.onFailure();
      return null;
    }
    const encoder = new VideoEncoder({
      output: (chunk, metadata) => this.#send(chunk, metadata, config),
      error: () => this.#fallBack(),
    });
    this.#bitsPerSecond = this.#options.uplink().bitsPerSecond;
    encoder.configure({ ...config, bitrate: this.#bitsPerSecond });
    this.wantKeyFrame();
    return encoder;
  }

  #fallBack(): void {
    this.#encodings?.shift();
    this.#encoder = null;
    if (this.#encodings?.length !== 0 || this.#canvas) return;
    this.#encodings = null;
    this.#canvas = new OffscreenCanvas(1, 1);
  }

  /** Some cameras keep their pictures where encoders cannot read them; a copy on a canvas can be read by all. */
  #readable(frame: VideoFrame): VideoFrame {
    const canvas = this.#canvas;
    const context = canvas?.getContext('2d', { willReadFrequently: true });
    if (!canvas || !context) return frame;
    const { displayWidth: width, displayHeight: height, timestamp } = frame;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.drawImage(frame, 0, 0);
    return new VideoFrame(canvas, { timestamp });
  }

  #followUplink(encoder: VideoEncoder): void {
    const [config] = this.#encodings ?? [];
    const { bitsPerSecond } = this.#options.uplink();
    if (!config || bitsPerSecond === this.#bitsPerSecond) return;
    this.#bitsPerSecond = bitsPerSecond;
    encoder.configure({ ...config, bitrate: bitsPerSecond });
  }

  #send(
    chunk: EncodedVideoChunk,
    metadata: EncodedVideoChunkMetadata | undefined,
    config: VideoEncoderConfig,
  ): void {
    if (this.#isClosed) return;
    const { onConfig, onFrame } = this.#options;
    const decoder = metadata?.decoderConfig;
    if (decoder) {
      const size = {
        width: decoder.codedWidth ?? config.width,
        height: decoder.codedHeight ?? config.height,
      };
      const description = decoder.description && bytesOf(decoder.description);
      const message = encodeVideoConfig({ codec: decoder.codec, description }, size);
      if (message) onConfig(message, size);
    }
    const isKey = chunk.type === 'key';
    const timeMs = this.#clock.toMs(chunk.timestamp);
    onFrame(
      encodeFrame(trackOf.picture, timeMs, isKey, chunk.byteLength, (payload) => chunk.copyTo(payload)),
      isKey,
    );
  }
}

export function bytesOf(source: AllowSharedBufferSource): Uint8Array {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  return new Uint8Array(source);
}
