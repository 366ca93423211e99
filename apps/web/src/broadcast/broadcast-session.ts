import type { Broadcast, BroadcastProblem, BroadcastView, TicketAnswer } from '@vybekart/screens';
import {
  CameraError,
  cameraAfter,
  facingOf,
  listCameras,
  missingHere,
  openCamera,
  openPicture,
} from './camera';
import { IngestLink } from './ingest-link';
import { closeCode } from './ingest-wire';
import { OnAir } from './on-air';
import { Uplink } from './uplink';
import { WakeLock } from './wake-lock';

const TICK_MS = 250;
const RETRY_MS = [300, 1_000, 2_000, 4_000] as const;
/** An old connection of ours may take its time to be noticed as dead; somebody else's does not go away. */
const MOST_REFUSALS = 4;

const nothing: BroadcastView = {
  phase: 'off',
  problem: null,
  isMuted: false,
  canFlip: false,
  isMirrored: true,
  uplink: 'good',
  bitsPerSecond: 0,
  size: null,
};

/** One camera on its way to one show, through WebCodecs and one WebSocket at a time. */
export class BroadcastSession implements Broadcast {
  readonly #requestTicket: () => Promise<TicketAnswer>;
  readonly #listeners = new Set<() => void>();
  readonly #wakeLock = new WakeLock();
  #view = nothing;
  #camera: MediaStream | null = null;
  #uplink = new Uplink();
  #onAir: OnAir | null = null;
  #link: IngestLink | null = null;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #retrying: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #refusals = 0;
  #isClosed = false;

  constructor({ requestTicket }: { requestTicket: () => Promise<TicketAnswer> }) {
    this.#requestTicket = requestTicket;
  }

  readonly getView = (): BroadcastView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What the preview shows. */
  get camera(): MediaStream | null {
    return this.#camera;
  }

  async prepare(): Promise<void> {
    if (this.#view.phase !== 'off') return;
    const missing = missingHere();
    if (missing) {
      this.#show({ problem: missing });
      return;
    }
    this.#show({ phase: 'asking', problem: null });
    try {
      const camera = await openCamera('user');
      if (this.#isClosed) stopTracks(camera);
      else await this.#use(camera);
    } catch (error) {
      this.#show({ phase: 'off', problem: error instanceof CameraError ? error.problem : 'camera_busy' });
    }
  }

  start(): void {
    if (this.#view.phase !== 'ready' || !this.#camera) return;
    this.#uplink = new Uplink();
    this.#failures = 0;
    this.#refusals = 0;
    this.#show({ phase: 'connecting', problem: null, uplink: 'good', size: null });
    this.#wakeLock.hold();
    window.addEventListener('beforeunload', askBeforeLeaving);
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
    void this.#connect();
  }

  stop(): void {
    this.#leaveAir(null);
  }

  async flip(): Promise<void> {
    const camera = this.#camera;
    const [present] = camera?.getVideoTracks() ?? [];
    if (!camera || !present) return;
    const other = await cameraAfter(present);
    const { deviceId } = present.getSettings();
    // A phone opens one camera at a time.
    present.stop();
    try {
      const picture = await openPicture(other).catch(() => openPicture(deviceId ? { deviceId } : {}));
      if (!picture || this.#camera !== camera) picture?.stop();
      else this.#takePicture(picture, camera.getAudioTracks());
    } catch (error) {
      this.#loseCamera(error instanceof CameraError ? error.problem : 'camera_lost');
    }
  }

  setMuted(isMuted: boolean): void {
    for (const track of this.#camera?.getAudioTracks() ?? []) track.enabled = !isMuted;
    this.#show({ isMuted });
  }

  close(): void {
    this.#isClosed = true;
    this.#leaveAir(null);
    if (this.#camera) stopTracks(this.#camera);
    this.#camera = null;
    this.#show(nothing);
    this.#listeners.clear();
  }

  #takePicture(picture: MediaStreamTrack, sound: MediaStreamTrack[]): void {
    this.#camera = new MediaStream([picture, ...sound]);
    this.#watchForLoss(picture);
    this.#onAir?.take(picture);
    this.#show({ isMirrored: facingOf(picture) !== 'environment', size: null });
  }

  async #use(camera: MediaStream): Promise<void> {
    const [picture] = camera.getVideoTracks();
    this.#camera = camera;
    if (picture) this.#watchForLoss(picture);
    const cameras = await listCameras();
    const isMirrored = (picture && facingOf(picture)) !== 'environment';
    this.#show({ phase: 'ready', problem: null, isMuted: false, canFlip: cameras.length > 1, isMirrored });
  }

  async #connect(): Promise<void> {
    const answer = await this.#requestTicket().catch(() => null);
    if (!this.#isOnAir()) return;
    if (!answer) this.#connectLater();
    else if ('refused' in answer) this.#leaveAir(answer.refused);
    else {
      this.#link = new IngestLink({
        ...answer,
        onOpen: () => this.#begin(),
        onClosed: (code) => this.#lose(code),
      });
    }
  }

  #begin(): void {
    this.#failures = 0;
    this.#refusals = 0;
    this.#uplink = new Uplink(this.#uplink.bitsPerSecond);
    const camera = this.#camera;
    if (!camera) return;
    this.#onAir ??= new OnAir({
      camera,
      uplink: () => this.#uplink,
      send: () => this.#sender(),
      onSize: (size) => this.#show({ size }),
      onFailure: () => this.#leaveAir('encoder'),
    });
    this.#onAir.begin();
    this.#show({ phase: 'publishing', problem: null });
  }

  #sender() {
    const link = this.#link;
    return link?.isOpen ? (message: Uint8Array<ArrayBuffer>) => link.send(message) : null;
  }

  #lose(code: number): void {
    this.#link = null;
    if (!this.#isOnAir()) return;
    if (code === closeCode.alreadyPublishing || code === closeCode.unauthorized) {
      this.#refusals += 1;
      if (this.#refusals >= MOST_REFUSALS) {
        this.#leaveAir(code === closeCode.unauthorized ? 'refused' : 'already_publishing');
        return;
      }
    } else if (code === closeCode.unsupportedMedia || code === closeCode.messageTooLong) {
      this.#leaveAir('encoder');
      return;
    } else if (code === closeCode.badMessage) {
      this.#leaveAir('refused');
      return;
    }
    this.#connectLater();
  }

  #connectLater(): void {
    const delayMs = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 1_000;
    this.#failures += 1;
    // Many who lose one server do not come back in the same moment.
    this.#retrying = setTimeout(() => void this.#connect(), delayMs * (0.75 + Math.random() / 2));
    this.#show({ phase: 'reconnecting' });
  }

  #leaveAir(problem: BroadcastProblem | null): void {
    if (!this.#isOnAir()) return;
    clearInterval(this.#ticking);
    clearTimeout(this.#retrying);
    this.#onAir?.close();
    this.#onAir = null;
    this.#link?.close();
    this.#link = null;
    this.#wakeLock.release();
    window.removeEventListener('beforeunload', askBeforeLeaving);
    this.#show({ phase: 'ready', problem, bitsPerSecond: 0 });
  }

  #tick(): void {
    const nowMs = performance.now();
    if (!this.#link?.isOpen) return;
    this.#uplink.observe(nowMs, this.#link.bufferedBytes, this.#link.leftBytes);
    this.#link.watch(nowMs);
    this.#show({ uplink: this.#uplink.state, bitsPerSecond: this.#uplink.bitsPerSecond });
  }

  #watchForLoss(picture: MediaStreamTrack): void {
    picture.addEventListener('ended', () => {
      if (this.#camera?.getVideoTracks().includes(picture)) this.#loseCamera('camera_lost');
    });
  }

  #loseCamera(problem: BroadcastProblem): void {
    this.#leaveAir(null);
    if (this.#camera) stopTracks(this.#camera);
    this.#camera = null;
    this.#show({ phase: 'off', problem });
  }

  #isOnAir(): boolean {
    const { phase } = this.#view;
    return phase === 'connecting' || phase === 'publishing' || phase === 'reconnecting';
  }

  #show(change: Partial<BroadcastView>): void {
    const changed = Object.entries(change).some(
      ([name, value]) => this.#view[name as keyof BroadcastView] !== value,
    );
    if (!changed) return;
    this.#view = { ...this.#view, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}

/** A page that is closed by mistake takes the show off the air. */
function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
