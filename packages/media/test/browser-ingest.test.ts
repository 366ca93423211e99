import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseIngestMessage } from '../src/websocket/ingest-message.ts';
import {
  audioConfigMessage,
  BrowserPublisher,
  clientFrame,
  ingestMessage,
  videoConfigMessage,
} from './support/browser-publisher.ts';
import { FakeClock } from './support/fake-clock.ts';
import { type MediaRig, startMedia, until } from './support/media-rig.ts';
import { readSamples } from './support/mp4-reader.ts';
import { Viewer } from './support/viewer.ts';

const open = { connectionsPerAddress: 2_000, newConnectionsPerAddressPerMinute: 100_000 };
const JPEG = Buffer.from('ffd8ffc0000b080120010001011100ffd9', 'hex');

/** A peer of the HTTP port that sends whatever bytes a test wants. */
class RawSocket {
  readonly socket;
  readonly closed: Promise<void>;
  received = Buffer.alloc(0);

  constructor(rig: MediaRig, head: Record<string, string> | null = {}) {
    this.socket = connect(Number(new URL(rig.origin).port), '127.0.0.1');
    this.socket.on('data', (bytes: Buffer) => {
      this.received = Buffer.concat([this.received, bytes]);
    });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
    onTestFinished(() => void this.socket.destroy());
    if (head) this.upgrade(head);
  }

  upgrade(head: Record<string, string>): void {
    const headers = {
      host: 'x',
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...head,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`GET /ingest HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  send(...bytes: Buffer[]): this {
    if (!this.socket.destroyed) this.socket.write(Buffer.concat(bytes));
    return this;
  }

  /** What the server said, frames and all. */
  get text(): string {
    return this.received.toString('latin1');
  }
}

const hello = (publish: unknown, version: unknown = 1) =>
  clientFrame(Buffer.from(JSON.stringify({ version, publish })), { opcode: 1 });

describe('a browser that publishes', () => {
  test('is packaged like any publisher: every frame comes out once, under its codecs', async () => {
    const rig = await startMedia();
    const publisher = await BrowserPublisher.connect(rig.origin, 'k');
    publisher.configure().sendSeconds(6);
    await rig.happened('live');
    await until('all frames', () => rig.media.status('play-k')?.framesIn === 450);
    rig.media.end('play-k');
    expect(await publisher.closed).toBe('4410 disconnected: the show was ended');
    const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
    expect(viewer.variant.CODECS).toBe('avc1.4d401f,opus');
    const samples = readSamples(await viewer.fetchSegments());
    expect([samples.get(1)?.length, samples.get(2)?.length]).toEqual([150, 300]);
    expect(samples.get(2)?.map(({ data }) => data.readUInt32BE(1))).toEqual(
      Array.from({ length: 300 }, (_, i) => i),
    );
  });

  test('comes back into the same playlist behind a discontinuity', async () => {
    const rig = await startMedia();
    const first = await BrowserPublisher.connect(rig.origin, 'k');
    first.configure().sendSeconds(3);
    await rig.happened('live');
    await first.close();
    await rig.happened('interrupted');
    const second = await BrowserPublisher.connect(rig.origin, 'k');
    second.configure().sendSeconds(3, 900_000);
    await rig.happened('resumed');
    rig.media.end('play-k');
    const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
    expect(viewer.last.segments.filter(({ isDiscontinuous }) => isDiscontinuous)).toHaveLength(1);
  });

  test('is cut when it falls silent, and one that is silent gives way to its own new connection', async () => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock });
    const first = await BrowserPublisher.connect(rig.origin, 'k');
    first.configure().sendSeconds(3);
    await rig.happened('live');
    await expect(BrowserPublisher.connect(rig.origin, 'k')).rejects.toThrow('4409 already_publishing');
    clock.advance(3_000);
    const second = await BrowserPublisher.connect(rig.origin, 'k');
    expect(await first.closed).toContain('came back on a new connection');
    clock.advance(10_000);
    expect(await second.closed).toContain('4408 timeout: publisher sent nothing for 10 s');
  });

  test('sends a picture of the show, which is used where ffmpeg is missing', async () => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock, thumbnails: { ffmpeg: '/nowhere/ffmpeg' } });
    const publisher = await BrowserPublisher.connect(rig.origin, 'k');
    publisher.configure().sendSeconds(3);
    await rig.happened('live');
    const still = (jpeg: Buffer) => publisher.send(ingestMessage(jpeg, { track: 3 }));
    still(Buffer.concat([JPEG.subarray(0, -2), Buffer.alloc(300_000), JPEG.subarray(-2)]));
    still(Buffer.from('<svg onload="alert(1)"/>'));
    still(Buffer.from(JPEG.toString('hex').replace('01200100', 'ffffffff'), 'hex'));
    still(JPEG);
    await until('the picture', () => rig.media.thumbnail('play-k') === 'play-k/thumbnail1.jpg');
    const answer = await fetch(`${rig.origin}/hls/play-k/thumbnail1.jpg`);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(JPEG);
    clock.advance(5_000);
    still(JPEG);
    await until('the next one', () => rig.media.thumbnail('play-k') === 'play-k/thumbnail2.jpg');
  });
});

describe('one violation ends the connection with its code, and the log says which', () => {
  const granted = hello('k');
  test.each<[string, Buffer[], Buffer[]]>([
    ['bad_frame: a client has to mask', [clientFrame(Buffer.from('{}'), { opcode: 1, isMasked: false })], []],
    ['bad_message: the first message is no JSON', [clientFrame(Buffer.from('hi'), { opcode: 1 })], []],
    ['bad_message: the first message names no', [clientFrame(Buffer.from('[1]'), { opcode: 1 })], []],
    ['bad_message: only version 1', [hello('k', 2)], []],
    ['unauthorized: the ticket is not valid', [hello('../../etc')], []],
    ['unauthorized: the ticket is not valid', [hello({ toString: 1 })], []],
    ['unauthorized: unknown stream key', [hello('wrong')], []],
    ['bad_message: media before the permission', [clientFrame(videoConfigMessage)], []],
    [
      'message_too_long: a message of more than 65536',
      [clientFrame(Buffer.alloc(0), { length: 70_000 })],
      [],
    ],
    [
      'too_much: more than 65536 bytes',
      Array.from({ length: 700 }, () => clientFrame(randomBytes(100), { opcode: 10 })),
      [],
    ],
    ['bad_message: text after the first message', [granted], [granted]],
    ['bad_message: 9 bytes', [granted], [clientFrame(ingestMessage(Buffer.alloc(0)))]],
    ['bad_message: version 2', [granted], [clientFrame(ingestMessage(Buffer.alloc(1), { version: 2 }))]],
    ['bad_message: track 9', [granted], [clientFrame(ingestMessage(Buffer.alloc(1), { track: 9 }))]],
    [
      'bad_message: track 1 with flags 4',
      [granted],
      [clientFrame(ingestMessage(Buffer.alloc(1), { flags: 4 }))],
    ],
    [
      'message_too_long: a message of more than 4194304',
      [granted],
      [clientFrame(Buffer.alloc(0), { length: 2 ** 40 })],
    ],
    [
      'unsupported_media: video codec hvc1',
      [granted],
      [clientFrame(ingestMessage(Buffer.from('hvc1....'), { flags: 2 }))],
    ],
    [
      'unsupported_media: H.264 configuration',
      [granted],
      [clientFrame(ingestMessage(Buffer.from('avc1....'), { flags: 2 }))],
    ],
    [
      'unsupported_media: Opus configuration',
      [granted],
      [clientFrame(ingestMessage(Buffer.from('Opus....'), { track: 2, flags: 2 }))],
    ],
  ])('%s', async (reason, before, after) => {
    const rig = await startMedia();
    const peer = new RawSocket(rig).send(...before);
    if (after.length > 0) await until('permission', () => peer.text.includes('publishing'));
    peer.send(...after);
    await peer.closed;
    expect(rig.lines.filter((line) => line.includes('closed:'))).toEqual([expect.stringContaining(reason)]);
    expect(peer.text).toContain(reason.slice(0, 30));
    expect(rig.lines.join()).not.toContain('etc');
  });

  test.each([
    ['426', { 'sec-websocket-version': '8' }],
    ['400', { 'sec-websocket-key': 'short' }],
    ['400', { upgrade: 'h2c' }],
  ])('a handshake that is no WebSocket is answered with %s', async (status, head) => {
    const peer = new RawSocket(await startMedia(), head);
    await peer.closed;
    expect(peer.text).toContain(`HTTP/1.1 ${status} `);
  });

  test('an address that opens too many connections is refused', async () => {
    const rig = await startMedia({ limits: { connectionsPerAddress: 2 } });
    const peers = [new RawSocket(rig), new RawSocket(rig)];
    await until('both', () => peers.every((peer) => peer.text.includes('101')));
    const third = new RawSocket(rig);
    await third.closed;
    expect(third.text).toContain('HTTP/1.1 429');
    peers[0]?.socket.destroy();
    await until('a free place', async () => {
      const next = new RawSocket(rig);
      await until('an answer', () => next.text.includes('HTTP/1.1'));
      return next.text.includes('101');
    });
  });
});

test('hostile peers of every kind leave a legitimate browser undisturbed', async () => {
  const rig = await startMedia({ limits: { ...open, connectTimeoutMs: 1_000 } });
  const publisher = await BrowserPublisher.connect(rig.origin, 'k');
  publisher.configure().sendSeconds(2);
  await rig.happened('live');
  const before = process.memoryUsage().rss;
  const granted = clientFrame(Buffer.from('{"version":1,"publish":"hostile"}'), { opcode: 1 });
  const ping = clientFrame(Buffer.alloc(125), { opcode: 9 });
  const peers: RawSocket[] = [];
  for (let round = 0; round < 60; round++) {
    peers.push(
      new RawSocket(rig).send(randomBytes(4_000)),
      new RawSocket(rig, null).send(randomBytes(500)),
      new RawSocket(rig).send(clientFrame(Buffer.alloc(0), { length: 2 ** 45 })),
      new RawSocket(rig).send(hello(`wrong-${round}`)),
      new RawSocket(rig).send(hello('k')),
      // Never says anything, and never reads what its pings are answered with.
      new RawSocket(rig),
      new RawSocket(rig).send(granted.subarray(0, 9)),
    );
    const deaf = new RawSocket(rig).send(granted, ...Array.from({ length: 400 }, () => ping));
    deaf.socket.pause();
    peers.push(deaf);
    publisher.sendSeconds(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const peer of peers) if (peer.socket.isPaused()) setTimeout(() => peer.socket.destroy(), 1_500);
  await Promise.all(peers.map((peer) => peer.closed));
  await until('all frames', () => rig.media.status('play-k')?.framesIn === 62 * 75);
  expect(publisher.socket.readyState).toBe(WebSocket.OPEN);
  expect(rig.media.status('play-k')).toMatchObject({ state: 'live', framesDropped: 0 });
  expect(rig.lines.join()).not.toContain('internal');
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
});

test('a message is a frame, a configuration or a picture, with its times', () => {
  expect(parseIngestMessage(videoConfigMessage)).toMatchObject({
    kind: 'config',
    config: { codec: 'avc1.4d401f' },
  });
  expect(parseIngestMessage(audioConfigMessage)).toMatchObject({ kind: 'config', config: { codec: 'opus' } });
  const vp9 = Buffer.from('vp09....vp09.00.31.08');
  vp9.writeUInt16BE(1_280, 4);
  vp9.writeUInt16BE(720, 6);
  expect(parseIngestMessage(ingestMessage(vp9, { flags: 2 }))).toMatchObject({
    config: { codec: 'vp09.00.31.08', width: 1_280, height: 720 },
  });
  const data = Buffer.from('frame');
  const fields = { flags: 1, timestampMs: 4_294_967_295, compositionOffsetMs: -40 };
  expect(parseIngestMessage(ingestMessage(data, fields))).toEqual({
    kind: 'frame',
    frame: { track: 'video', timestampMs: 4_294_967_295, compositionOffsetMs: -40, isKeyFrame: true, data },
  });
});
