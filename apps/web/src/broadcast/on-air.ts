import type { Size } from './encodings';
import { PictureEncoder } from './picture-encoder';
import { SoundEncoder } from './sound-encoder';
import { StillMaker } from './still-maker';
import type { Uplink } from './uplink';

type Message = Uint8Array<ArrayBuffer>;

export interface OnAirOptions {
  camera: MediaStream;
  /** A new one for each connection. */
  uplink: () => Uplink;
  /** Null while nobody takes messages. */
  send: () => ((message: Message) => void) | null;
  onSize: (size: Size) => void;
  /** This browser cannot encode the picture. */
  onFailure: () => void;
}

/** Camera and microphone encoded for whoever takes the messages, who may change: each gets what it needs to begin. */
export class OnAir {
  readonly #options: OnAirOptions;
  #picture: PictureEncoder | null = null;
  readonly #sound: SoundEncoder | null;
  readonly #stills: StillMaker;
  #videoConfig: Message | null = null;
  #audioConfig: Message | null = null;
  /** The taker has had a key frame. */
  #hasBegun = false;

  constructor(options: OnAirOptions) {
    this.#options = options;
    this.#stills = new StillMaker((message) => options.send()?.(message));
    const [picture] = options.camera.getVideoTracks();
    if (picture) this.take(picture);
    const [sound] = options.camera.getAudioTracks();
    this.#sound = sound
      ? new SoundEncoder({
          track: sound,
          isWanted: () => options.send() !== null,
          onConfig: (message) => {
            this.#audioConfig = message;
            options.send()?.(message);
          },
          onFrame: (message) => options.send()?.(message),
        })
      : null;
  }

  /** The picture of another camera. */
  take(track: MediaStreamTrack): void {
    this.#picture?.close();
    const { uplink, send, onSize, onFailure } = this.#options;
    this.#picture = new PictureEncoder({
      track,
      uplink,
      isWanted: () => send() !== null,
      onConfig: (message, size) => {
        this.#videoConfig = message;
        onSize(size);
        send()?.(message);
      },
      onFrame: (message, isKey) => {
        this.#hasBegun ||= isKey;
        if (this.#hasBegun) send()?.(message);
      },
      onPicture: (frame) => this.#stills.see(frame),
      onFailure,
    });
  }

  /** Somebody new takes the messages. */
  begin(): void {
    this.#hasBegun = false;
    this.#picture?.wantKeyFrame();
    for (const config of [this.#videoConfig, this.#audioConfig]) {
      if (config) this.#options.send()?.(config);
    }
  }

  close(): void {
    this.#picture?.close();
    this.#sound?.close();
  }
}
