import { inTwo } from './cmaf/in-two.ts';
import { Packager, type PackagerOutput } from './cmaf/packager.ts';
import { Playback } from './hls/playback.ts';
import type { IngestSink } from './ingest.ts';
import type { Ladder } from './ladder/ladder.ts';
import type { Ladders } from './ladder/ladders.ts';
import type { MediaEventType, MediaSettings } from './options.ts';
import type { Recorder } from './recording/recorder.ts';
import type { Publisher } from './rtmp/publish.ts';
import { Deadline } from './shared/clock.ts';
import type { AudioConfig, MediaFrame, MediaSink, VideoConfig } from './shared/media.ts';
import { HealthMeter, type StreamHealth } from './stream-health.ts';
import { canTurn, type StreamState } from './stream-state.ts';

export interface LiveStreamOptions {
  playbackId: string;
  settings: MediaSettings;
  /** Null where pictures are offered as they come. */
  ladders: Ladders | null;
  emit: (type: MediaEventType, reason?: string) => void;
  /** Takes a picture of the show that its publisher sent. */
  onStill: (jpeg: Buffer) => void;
  /** Called once, when the stream is to be forgotten. */
  onGone: () => void;
}

/** What belongs to one connection of the publisher. */
interface Ingest {
  publisher: Publisher;
  packager: Packager;
  meter: HealthMeter;
  video: VideoConfig | null;
  audio: AudioConfig | null;
}

/**
 * One show under one playback id: at most one publisher at a time, the packager behind it, and the playback in
 * front. Everything but the recording lives in memory and survives nothing: after a restart of the process the
 * publisher reconnects and starts a new session.
 */
export class LiveStream {
  readonly playbackId: string;
  readonly playback: Playback;
  readonly #settings: MediaSettings;
  readonly #options: LiveStreamOptions;
  readonly #graceDeadline: Deadline;
  readonly #keyFrameDeadline: Deadline;
  readonly #recorder: Recorder | null;
  readonly #ladder: Ladder | null;
  /** What the packager makes goes to the viewers, into the recording, and to who makes it smaller. */
  readonly #output: PackagerOutput;
  #state: StreamState = 'starting';
  #ingest: Ingest | null = null;
  #timelineMs = 0;
  #publishedVersion = 0;
  #interruptedAtMs = 0;

  constructor(options: LiveStreamOptions) {
    const { settings } = options;
    this.#options = options;
    this.#settings = settings;
    this.playbackId = options.playbackId;
    this.#graceDeadline = new Deadline(settings.clock);
    this.#keyFrameDeadline = new Deadline(settings.clock);
    this.playback = new Playback({
      clock: settings.clock,
      windowMs: settings.windowMs,
      partHoldBack: settings.partHoldBack,
      waiters: settings.limits.waitersPerStream,
    });
    this.#recorder = settings.recordings?.begin(this.playbackId) ?? null;
    this.#ladder = options.ladders?.for(this.playback) ?? null;
    const kept = this.#recorder ? inTwo(this.playback.window, this.#recorder) : this.playback.window;
    this.#output = this.#ladder ? inTwo(kept, this.#ladder) : kept;
  }

  get state(): StreamState {
    return this.#state;
  }

  get publisher(): Publisher | null {
    return this.#ingest?.publisher ?? null;
  }

  get health(): StreamHealth {
    const { meter, packager, video, audio } = this.#ingest ?? {};
    return {
      playbackId: this.playbackId,
      state: this.#state,
      isPublishing: this.#ingest !== null,
      bitsPerSecond: 0,
      framesPerSecond: 0,
      framesLost: 0,
      ...meter?.rates(this.#settings.clock.now()),
      keyFrameIntervalMs: meter?.keyFrameIntervalMs ?? null,
      framesIn: meter?.framesIn ?? 0,
      framesDropped: packager?.framesDropped ?? 0,
      width: video?.width ?? null,
      height: video?.height ?? null,
      codecs: [video?.codec, audio?.codec].filter((codec) => codec !== undefined),
      bytesHeld: this.playback.window.bytes,
    };
  }

  /** A header and the newest segment, if a picture can be made of them; null when the show is over. */
  stillMedia(): readonly Buffer[] | null {
    const { window } = this.playback;
    const newest = window.listed.at(-1);
    const header = newest && window.period(newest.periodIndex)?.initSegment;
    const isOver = this.#state === 'ended' || this.#state === 'gone';
    if (isOver || !newest?.parts[0]?.isIndependent || !header) return null;
    return [header, ...newest.parts.map((part) => part.data)];
  }

  /** Takes an authorised publisher; there must be none. */
  attach(publisher: Publisher): IngestSink {
    const { clock, limits, partTargetMs, leastSegmentMs, mostFirstSegmentMs, configWaitMs } = this.#settings;
    const { window } = this.playback;
    const packager = new Packager(
      clock,
      this.#output,
      { partTargetMs, leastSegmentMs, mostFirstSegmentMs, configWaitMs, segmentBytes: limits.segmentBytes },
      { startMs: this.#timelineMs, timing: window.timing, previous: window.currentPeriod },
    );
    const ingest: Ingest = { publisher, packager, meter: new HealthMeter(), video: null, audio: null };
    this.#ingest = ingest;
    this.#graceDeadline.cancel();
    this.#awaitKeyFrame();
    this.#options.emit('publishing');
    return {
      media: this.#sinkFor(ingest),
      still: (jpeg) => {
        if (this.#ingest === ingest) this.#options.onStill(jpeg);
      },
      closed: (reason) => this.#detach(ingest, reason),
    };
  }

  /** The show is over: the publisher is cut and the playlist ends. */
  end(reason: string): void {
    const ingest = this.#ingest;
    this.#ingest = null;
    this.#keyFrameDeadline.cancel();
    this.#graceDeadline.cancel();
    if (ingest) {
      this.#finish(ingest.packager);
      ingest.publisher.disconnect(reason);
    }
    if (this.#state === 'starting') {
      this.#turn('gone');
      return;
    }
    if (this.#state !== 'live' && this.#state !== 'interrupted') return;
    this.playback.window.end();
    this.playback.window.publish();
    this.#ladder?.end();
    this.#turn('ended', reason);
    this.#graceDeadline.arm(this.#settings.keepEndedMs, () => this.#turn('gone'));
  }

  /** Forgets the stream at once. */
  discard(): void {
    this.#graceDeadline.cancel();
    if (this.#state === 'ended') this.#turn('gone');
  }

  #sinkFor(ingest: Ingest): MediaSink {
    const isCurrent = () => this.#ingest === ingest;
    return {
      videoConfig: (config) => {
        if (!isCurrent()) return;
        ingest.video = config;
        ingest.packager.videoConfig(config);
        this.#announce();
      },
      audioConfig: (config) => {
        if (!isCurrent()) return;
        ingest.audio = config;
        ingest.packager.audioConfig(config);
        this.#announce();
      },
      frame: (frame) => {
        if (isCurrent()) this.#frame(ingest, frame);
      },
    };
  }

  #frame(ingest: Ingest, frame: MediaFrame): void {
    ingest.meter.count(this.#settings.clock.now(), frame);
    // Audio alone is complete; beside video it does not replace a key frame.
    if (frame.isKeyFrame && (frame.track === 'video' || !ingest.video)) this.#awaitKeyFrame();
    ingest.packager.frame(frame);
    this.#announce();
  }

  #awaitKeyFrame(): void {
    const timeoutMs = this.#settings.limits.keyFrameTimeoutMs;
    this.#keyFrameDeadline.arm(timeoutMs, () =>
      this.#ingest?.publisher.disconnect(`publisher sent no key frame for ${timeoutMs / 1000} s`),
    );
  }

  /** Lets waiting viewers see what is new, and the host the first of it. */
  #announce(): void {
    const { window } = this.playback;
    if (window.version === this.#publishedVersion) return;
    this.#publishedVersion = window.version;
    window.publish();
    if (this.#state === 'starting' && window.isPlayable) this.#turn('live');
    else if (this.#state === 'interrupted') this.#turn('live');
  }

  #detach(ingest: Ingest, reason: string): void {
    if (this.#ingest !== ingest) return;
    this.#ingest = null;
    this.#keyFrameDeadline.cancel();
    this.#finish(ingest.packager);
    this.#announce();
    if (this.#state === 'starting') {
      this.#options.emit('interrupted', reason);
      this.#turn('gone');
      return;
    }
    if (this.#state === 'live') {
      this.#interruptedAtMs = this.#settings.clock.now();
      this.#turn('interrupted', reason);
    }
    // A publisher that came back without media does not prolong the grace period.
    const leftMs = this.#interruptedAtMs + this.#settings.graceMs - this.#settings.clock.now();
    this.#graceDeadline.arm(Math.max(0, leftMs), () => this.end(`publisher did not come back: ${reason}`));
  }

  /** What the packager still holds may be what it failed on; the stream goes on without it. */
  #finish(packager: Packager): void {
    try {
      this.#timelineMs = packager.finish();
    } catch (error) {
      this.#settings.log(
        `[media] last frames are lost: ${error instanceof Error ? error.message : 'unknown'}`,
      );
      this.#timelineMs = packager.timelineMs;
    }
  }

  #finishRecording(): void {
    if (this.#recorder) void this.#settings.recordings?.finish(this.playbackId, this.#recorder);
  }

  #turn(to: StreamState, reason?: string): void {
    const from = this.#state;
    if (!canTurn(from, to)) throw new Error(`stream cannot turn from ${from} to ${to}`);
    this.#state = to;
    if (to === 'ended' || (from === 'starting' && to === 'gone')) this.#finishRecording();
    if (to === 'gone') {
      this.#ladder?.discard();
      this.playback.waitList.releaseAll();
      this.#options.onGone();
    } else if (to === 'live') {
      this.#options.emit(from === 'interrupted' ? 'resumed' : 'live');
    } else if (to === 'interrupted' || to === 'ended') {
      this.#options.emit(to, reason);
    }
  }
}
