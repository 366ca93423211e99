import {
  type AuthorizeIngest,
  type Ingest,
  type MediaEvent,
  MediaProvider,
  type MediaResource,
  type MediaState,
  type Playback,
  type ProvisionedShow,
  type RecordedShow,
} from '../../src/media/media-provider.ts';
import { newSecret } from '../../src/platform/ids.ts';

/** A provider whose state the test sets, and which tells only the events that the test wants told. */
export class FakeMedia extends MediaProvider {
  readonly name = 'fake';
  readonly hasKeyPerShow: boolean = true;
  readonly recordsLate = false;
  readonly canBePrivate: boolean = false;
  readonly states = new Map<string, MediaState>();
  readonly stopped: string[] = [];
  readonly disconnected: string[] = [];
  isDown = false;
  /** What happens while the provider is asked for a new resource. */
  whileProvisioning: () => Promise<void> = async () => {};
  /** What happens between a question for the status and its answer. */
  whileAnswering: () => Promise<void> = async () => {};
  tell: (event: MediaEvent) => void = () => {};
  authorize: AuthorizeIngest = async () => ({ refused: 'nobody decides' });

  async provision(_show: ProvisionedShow): Promise<MediaResource> {
    this.#requireUp();
    await this.whileProvisioning();
    return { id: newSecret() };
  }

  playback({ id }: MediaResource): Playback {
    return { url: `https://video.example/${id}.m3u8`, player: 'hls' };
  }

  async issueKey(resource: MediaResource): Promise<{ ingest: Ingest; resource: MediaResource }> {
    this.#requireUp();
    return { ingest: { url: 'rtmp://video.example/live', streamKey: newSecret() }, resource };
  }

  async disconnect({ id }: MediaResource): Promise<void> {
    this.disconnected.push(id);
  }

  async stop({ id }: MediaResource): Promise<void> {
    this.stopped.push(id);
    this.states.set(id, 'idle');
  }

  async status({ id }: MediaResource): Promise<MediaState> {
    this.#requireUp();
    const state = this.states.get(id) ?? 'idle';
    await this.whileAnswering();
    return state;
  }

  videoTime(): Date | null {
    return null;
  }

  thumbnail(): string | null {
    return null;
  }

  async putMetadata(): Promise<void> {}

  async recording(): Promise<RecordedShow | null> {
    return null;
  }

  async deleteRecording(_resource: MediaResource): Promise<void> {}

  onEvent(listener: (event: MediaEvent) => void): void {
    this.tell = listener;
  }

  authorizeBy(authorize: AuthorizeIngest): void {
    this.authorize = authorize;
  }

  #requireUp(): void {
    if (this.isDown) throw new Error('503 from the video cloud');
  }
}
