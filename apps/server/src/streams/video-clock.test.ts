import { beforeEach, expect, test } from 'vitest';
import { FakeMedia } from '../../test/streams/fake-media.ts';
import { Clock } from '../platform/clock.ts';
import { NodeBus, type NodeMessageKind, type NodeMessages } from '../platform/node-bus.ts';
import { VideoClock } from './video-clock.ts';

const show = { id: 'show' };
const startMs = Date.parse('2026-03-01T10:00:00.000Z');
let nodes: ANode[];
/** Of all nodes: how long they have run. */
let elapsedMs: number;

beforeEach(() => {
  nodes = [];
  elapsedMs = 0;
});

/** A node whose messages reach the others when the test delivers them. */
class ANode extends NodeBus {
  readonly isUp = true;
  readonly media = new (class extends FakeMedia {
    override readonly isPartOfNode = true;
    time: Date | null = null;
    override videoTime() {
      return this.time;
    }
  })();
  readonly video: VideoClock;
  readonly #sent: unknown[] = [];
  #hear: (message: never, from: string) => void = () => {};

  constructor(
    readonly nodeId: string,
    wrongByMs = 0,
  ) {
    super();
    const clock = new (class extends Clock {
      now = () => new Date(startMs + wrongByMs + elapsedMs);
      monotonicMs = () => 5000 + wrongByMs + elapsedMs;
    })();
    this.video = new VideoClock(this.media, this, clock);
    nodes.push(this);
  }

  /** The time of the others' clocks is nothing to the video: it flows on this node. */
  flow(): void {
    this.media.time = new Date(startMs + elapsedMs);
    this.video.tell(show);
  }

  end(): void {
    this.media.time = null;
    this.video.tell(show);
  }

  publish<N extends NodeMessageKind>(_: N, message: NodeMessages[N]): void {
    this.#sent.push(message);
  }

  on(_: NodeMessageKind, hear: (message: never, from: string) => void): void {
    this.#hear = hear;
  }

  onReunion(): void {}

  deliver(): void {
    for (const message of this.#sent.splice(0)) {
      for (const node of nodes.filter((each) => each !== this)) node.#hear(message as never, this.nodeId);
    }
  }

  get offMs(): number | null {
    const time = this.video.of(show);
    return time && time.getTime() - (startMs + elapsedMs);
  }
}

test('a node counts on from what the one with the video said, whatever its own clock says', () => {
  const [one, other] = [new ANode('one'), new ANode('other', 3_600_000)];
  expect(other.offMs).toBeNull();
  one.flow();
  one.deliver();
  elapsedMs += 2900;
  expect([one.media.time?.getTime(), other.offMs]).toEqual([startMs, 0]);
});

test('of several tidings the one that was under way the shortest counts', () => {
  const [one, other] = [new ANode('one'), new ANode('other')];
  for (const delayMs of [400, 20, 900, 300]) {
    one.flow();
    elapsedMs += delayMs;
    one.deliver();
    elapsedMs += 3000;
  }
  expect(other.offMs).toBe(-20);
});

test('the end is told once, and a node that says nothing more is forgotten after 12 s', () => {
  const [one, other, third] = [new ANode('one'), new ANode('other'), new ANode('third')];
  one.flow();
  one.deliver();
  elapsedMs += 11_900;
  expect(other.offMs).toBe(0);
  elapsedMs += 200;
  expect(other.offMs).toBeNull();
  one.flow();
  one.end();
  one.deliver();
  expect([other.offMs, third.offMs]).toEqual([null, null]);
  third.end();
  one.end();
  one.flow();
  one.deliver();
  expect(other.offMs).toBe(0);
});

test('an encoder that goes over to another node takes its time along', () => {
  const [one, other, third] = [new ANode('one'), new ANode('other'), new ANode('third')];
  one.flow();
  one.deliver();
  elapsedMs += 1000;
  other.media.time = new Date(startMs + elapsedMs - 500);
  other.video.tell(show);
  other.deliver();
  one.end();
  one.deliver();
  expect([one.offMs, other.offMs, third.offMs]).toEqual([-500, -500, -500]);
});
