import { EncoderDrift } from './encoder-drift';
import { encodeAudioConfig, encodeFrame, track as trackOf } from './ingest-wire';
import { bytesOf } from './picture-encoder';
import { TrackClock } from './track-clock';

const BITS_PER_SECOND = 96_000;
const MOST_CHANNELS = 2;

export interface SoundEncoderOptions {
  track: MediaStreamTrack;
  isWanted: () => boolean;
  onConfig: (message: Uint8Array<ArrayBuffer>) => void;
  onFrame: (message: Uint8Array<ArrayBuffer>) => void;
}

/** The sound of one microphone as Opus, in packets of 20 ms; stops with its track or by `close`. */
export class SoundEncoder {
  readonly #options: SoundEncoderOptions;
  readonly #clock = new TrackClock();
  readonly #reader: ReadableStreamDefaultReader<AudioData>;
  #encoder: AudioEncoder | null = null;
  #drift = new EncoderDrift();
  #inputEndUs = 0;
  #isClosed = false;

  constructor(options: SoundEncoderOptions) {
    if (!MediaStreamTrackProcessor) throw new TypeError('this browser reads no sound from a microphone');
    this.#options = options;
    this.#reader = new MediaStreamTrackProcessor<AudioData>({ track: options.track }).readable.getReader();
    void this.#run();
  }

  close(): void {
    this.#isClosed = true;
    void this.#reader.cancel().catch(() => undefined);
    this.#pause();
  }

  async #run(): Promise<void> {
    for (;;) {
      const { value: data, done } = await this.#reader.read().catch(() => ({ value: undefined, done: true }));
      if (done || !data) return;
      this.#take(data);
      data.close();
    }
  }

  #take(data: AudioData): void {
    this.#clock.toMs(data.timestamp);
    if (this.#isClosed || data.numberOfChannels > MOST_CHANNELS) return;
    if (!this.#options.isWanted()) {
      this.#pause();
      return;
    }
    this.#inputEndUs = data.timestamp + data.duration;
    this.#encoder ??= this.#open(data);
    this.#encoder.encode(data);
  }

  /** An encoder that counts samples would not know of the time that it missed. */
  #pause(): void {
    if (this.#encoder && this.#encoder.state !== 'closed') this.#encoder.close();
    this.#encoder = null;
  }

  #open({ sampleRate, numberOfChannels }: AudioData): AudioEncoder {
    this.#drift = new EncoderDrift();
    const encoder = new AudioEncoder({
      output: (chunk, metadata) => this.#send(chunk, metadata),
      // A picture without sound is better than nothing; the next microphone data open a new one.
      error: () => {
        this.#encoder = null;
      },
    });
    encoder.configure({ codec: 'opus', sampleRate, numberOfChannels, bitrate: BITS_PER_SECOND });
    return encoder;
  }

  #send(chunk: EncodedAudioChunk, metadata: EncodedAudioChunkMetadata | undefined): void {
    if (this.#isClosed) return;
    const decoder = metadata?.decoderConfig;
    if (decoder) {
      const header = decoder.description ? bytesOf(decoder.description) : identificationHeader(decoder);
      this.#options.onConfig(encodeAudioConfig(header));
    }
    const packetEndUs = chunk.timestamp + (chunk.duration ?? 0);
    const driftMs = this.#drift.correctionMs(this.#inputEndUs, packetEndUs);
    const timeMs = this.#clock.toMs(chunk.timestamp) + driftMs;
    this.#options.onFrame(
      encodeFrame(trackOf.sound, timeMs, true, chunk.byteLength, (payload) => chunk.copyTo(payload)),
    );
  }
}

/** RFC 7845 section 5.1, for a browser that does not write it itself; libopus' usual pre-skip. */
function identificationHeader({ sampleRate, numberOfChannels }: AudioDecoderConfig): Uint8Array {
  const header = new Uint8Array(19);
  header.set(new TextEncoder().encode('OpusHead'));
  const view = new DataView(header.buffer);
  view.setUint8(8, 1);
  view.setUint8(9, numberOfChannels);
  view.setUint16(10, 312, true);
  view.setUint32(12, sampleRate, true);
  return header;
}
