import type { ClientPayloads } from '@vybekart/contract';
import { Counter, Histogram, type Registry } from 'prom-client';

/** More between two heartbeats is a viewer's invention. */
const mostStalls = 100;

type Report = ClientPayloads['heartbeat'];

/** How the video does at the viewers' end, by what their players tell; the operator's metrics. */
export class VideoFigures {
  readonly #firstFrame: Histogram;
  readonly #behind: Histogram;
  readonly #stalls: Counter;
  /** What each socket told last: a heartbeat repeats what came before it. */
  readonly #told = new WeakMap<object, Report>();

  constructor(metrics: Registry) {
    const registers = [metrics];
    this.#firstFrame = new Histogram({
      name: 'vybekart_video_first_frame_seconds',
      help: 'From the tap on a show to its first picture, one observation a visit',
      buckets: [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10],
      registers,
    });
    this.#behind = new Histogram({
      name: 'vybekart_video_behind_seconds',
      help: 'How far pictures lie behind the newest video, one observation a heartbeat',
      buckets: [0.5, 1, 1.5, 2, 3, 5, 10, 30],
      registers,
    });
    this.#stalls = new Counter({
      name: 'vybekart_video_stalls_total',
      help: 'Times that video ran dry at a viewer',
      registers,
    });
  }

  /** Takes a heartbeat; one without figures counts for nothing. */
  observe(socket: object, report: Report): void {
    const before = this.#told.get(socket);
    const isSameVisit = before?.streamId === report.streamId;
    const known = isSameVisit ? before : undefined;
    this.#told.set(socket, report);
    if (report.firstFrameMs !== undefined && known?.firstFrameMs !== report.firstFrameMs)
      this.#firstFrame.observe(report.firstFrameMs / 1000);
    if (report.videoLatencyMs !== undefined) this.#behind.observe(report.videoLatencyMs / 1000);
    const stalls = (report.stalls ?? 0) - (known?.stalls ?? 0);
    if (stalls > 0) this.#stalls.inc(Math.min(mostStalls, stalls));
  }
}
