import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FakeClock } from './support/fake-clock.ts';
import { type MediaRig, readShow, startMedia, until } from './support/media-rig.ts';
import { announceBytes, commandBytes, connectBytes, messageBytes, RawPeer } from './support/raw-peer.ts';
import { Viewer } from './support/viewer.ts';

const uint32 = (value: number) => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
};
const publishBytes = commandBytes('publish', 0, null, 'k', 'live');
const open = { connectionsPerAddress: 2_000, newConnectionsPerAddressPerMinute: 100_000, connections: 2_000 };

/** A round trip on a new connection: whatever was sent before has been handled. */
async function settle(port: number): Promise<void> {
  const peer = new RawPeer(port).handshake();
  await until('answered', () => peer.received.length >= 3_073);
  peer.socket.destroy();
}

describe('one violation ends the connection, and the log says which', () => {
  const nested = Buffer.concat(Array.from({ length: 18 }, () => Buffer.of(10, 0, 0, 0, 1)));
  test.each<[string, Buffer[]]>([
    ['bad_version: peer speaks RTMP version 71', [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
    ['bad_version: peer speaks RTMP version 6', [Buffer.of(6)]],
    ['bad_chunk_size: chunk size 0', [messageBytes(1, uint32(0), 2)]],
    ['bad_chunk_size: chunk size 4294967295', [messageBytes(1, uint32(0xffffffff), 2)]],
    ['message_too_long: message of 16777215 bytes', [announceBytes(6, 0xffffff)]],
    ['bad_chunk_header: type 3 header opens', [Buffer.of(0xc5)]],
    ['bad_control_message: control message is cut short', [messageBytes(1, Buffer.of(1), 2)]],
    ['bad_control_message: user control', [messageBytes(4, Buffer.of(0, 6), 2)]],
    ['bad_amf: values are nested deeper than 16', [messageBytes(20, nested)]],
    ['bad_amf: type marker 99', [messageBytes(20, Buffer.of(99))]],
    ['bad_amf: value is cut short', [messageBytes(20, Buffer.from('0a', 'hex'))]],
    ['bad_amf: string of 4294967295 bytes', [messageBytes(20, Buffer.from('0cffffffff', 'hex'))]],
    ['bad_command: command has no name', [commandBytes(1, 2)]],
    ['bad_command: publish while connecting', [publishBytes]],
    ['bad_command: connect while connected', [connectBytes, connectBytes]],
    [
      'too_many_chunk_streams: more than 8 unfinished',
      Array.from({ length: 9 }, (_, i) => Buffer.concat([announceBytes(10 + i, 200), Buffer.alloc(128)])),
    ],
    [
      'too_much_before_publish: more than 65536 bytes',
      [connectBytes, ...Array.from({ length: 70 }, () => messageBytes(18, Buffer.alloc(1_000)))],
    ],
    ['application name is not valid', [commandBytes('connect', 1, { app: '../../etc' })]],
    ['application name is not valid', [commandBytes('connect', 1, 'live')]],
    [
      'peer asked to play',
      [connectBytes, commandBytes('createStream', 2, null), commandBytes('play', 3, null, 'k')],
    ],
  ])('%s', async (reason, bytes) => {
    const rig = await startMedia();
    const peer = new RawPeer(rig.rtmpPort);
    if (!reason.startsWith('bad_version')) peer.handshake();
    peer.send(...bytes);
    await peer.closed;
    expect(rig.lines.filter((line) => line.includes('closed:'))).toEqual([expect.stringContaining(reason)]);
    expect(rig.events).toEqual([]);
  });

  test('play is answered with an error before the connection closes', async () => {
    const rig = await startMedia();
    const peer = new RawPeer(rig.rtmpPort).handshake().send(connectBytes, commandBytes('play', 3, null, 'k'));
    await peer.closed;
    expect(peer.received.toString('latin1')).toContain('NetStream.Play.Failed');
  });

  test('commands that this server does not know are passed over', async () => {
    const rig = await startMedia();
    const peer = new RawPeer(rig.rtmpPort)
      .handshake()
      .send(connectBytes, commandBytes('_error', 9, null), commandBytes('setBufferLength', 9, 1));
    peer.send(publishBytes);
    await rig.happened('publishing');
    peer.socket.destroy();
  });
});

describe('peers that are slow', () => {
  const hello = Buffer.concat([Buffer.of(3), Buffer.alloc(1_536)]);
  const shaken = Buffer.concat([hello, Buffer.alloc(1_536)]);
  test.each([
    ['no complete handshake within 5 s', hello, 3_073, 5_000],
    ['no connect within 5 s', shaken, 3_073, 5_000],
    ['no accepted publish within 10 s', Buffer.concat([shaken, connectBytes]), 3_200, 10_000],
  ])('%s', async (reason, bytes, answerBytes, timeoutMs) => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock });
    const peer = new RawPeer(rig.rtmpPort).send(bytes);
    await until('the server has answered', () => peer.received.length >= answerBytes);
    if (bytes === shaken) await settle(rig.rtmpPort);
    clock.advance(timeoutMs - 1);
    await settle(rig.rtmpPort);
    expect(peer.isClosed).toBe(false);
    clock.advance(1);
    await peer.closed;
    expect(rig.lines.at(-1)).toContain(`closed: ${reason}`);
  });

  test('a handshake that drips a byte at a time is cut all the same', async () => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock });
    const peer = new RawPeer(rig.rtmpPort).send(Buffer.of(3));
    let dripped = 0;
    await until('the peer is cut', async () => {
      clock.advance(100);
      dripped++;
      peer.send(Buffer.of(0));
      return peer.isClosed;
    });
    expect(dripped).toBeGreaterThanOrEqual(50);
    expect(rig.lines.at(-1)).toContain('no complete handshake within 5 s');
  });

  test('a host that takes too long to decide costs the publisher its connection, not the server', async () => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock, authorize: () => new Promise(() => {}) });
    const peer = new RawPeer(rig.rtmpPort).handshake().send(connectBytes, publishBytes);
    await until('connected', () => peer.received.includes('NetConnection.Connect.Success'));
    clock.advance(10_000);
    await peer.closed;
    expect(rig.lines.at(-1)).toContain('no accepted publish within 10 s');
  });

  test('what a publisher sends before it is answered is kept for then', async () => {
    let admit = (_: { playbackId: string }) => {};
    const rig = await startMedia({
      authorize: () =>
        new Promise((resolve) => {
          admit = resolve;
        }),
    });
    const tags = (await readShow()).filter((tag) => tag.kind !== 'script').slice(0, 4);
    const media = tags.map((tag) => messageBytes(tag.kind === 'video' ? 9 : 8, tag.body, 6));
    const peer = new RawPeer(rig.rtmpPort).handshake().send(connectBytes, publishBytes, ...media);
    await until('connected', () => peer.received.includes('NetConnection.Connect.Success'));
    admit({ playbackId: 'play-k' });
    await until('the frames are in', () => (rig.media.status('play-k')?.framesIn ?? 0) >= 1);
    expect(rig.media.status('play-k')?.codecs).toHaveLength(2);
    peer.socket.destroy();
  });
});

describe('many connections', () => {
  test('an address may hold only so many', async () => {
    const rig = await startMedia({ limits: { connectionsPerAddress: 3 } });
    const held = Array.from({ length: 3 }, () => new RawPeer(rig.rtmpPort).handshake());
    await until('three are served', () => held.every((peer) => peer.received.length > 3_000));
    const refused = new RawPeer(rig.rtmpPort);
    await refused.closed;
    expect(rig.lines.at(-1)).toContain('refused: 3 connections from this address');
    held[0]?.socket.destroy();
    await until('a place is free', async () => {
      const next = new RawPeer(rig.rtmpPort).handshake();
      await Promise.race([
        next.closed,
        until('answered', () => next.received.length > 3_000 || next.isClosed),
      ]);
      return !next.isClosed;
    });
    for (const peer of held) peer.socket.destroy();
  });

  test('an address may connect only so often', async () => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock, limits: { newConnectionsPerAddressPerMinute: 5 } });
    for (let i = 0; i < 5; i++) {
      const peer = new RawPeer(rig.rtmpPort).send(Buffer.of(9));
      await peer.closed;
    }
    await new RawPeer(rig.rtmpPort).closed;
    expect(rig.lines.at(-1)).toContain('refused: this address connects too often');
    clock.advance(60_000);
    const later = new RawPeer(rig.rtmpPort).handshake();
    await until('served again', () => later.received.length > 3_000);
    later.socket.destroy();
  });

  test('connections that announce the largest messages hold a bounded amount of memory', async () => {
    const rig = await startMedia({ limits: open });
    const before = process.memoryUsage().arrayBuffers;
    const peers = Array.from({ length: 300 }, () =>
      new RawPeer(rig.rtmpPort).handshake().send(connectBytes, announceBytes(8, 60_000), Buffer.alloc(128)),
    );
    await until('all are served', () => peers.every((peer) => peer.received.includes('Connect.Success')));
    expect((process.memoryUsage().arrayBuffers - before) / 2 ** 20).toBeLessThan(40);
    for (const peer of peers) peer.send(announceBytes(9, 60_000));
    await Promise.all(peers.map((peer) => peer.closed));
    expect(rig.lines.filter((line) => line.includes('too_much_in_assembly'))).toHaveLength(300);
  });
});

describe('the hostile corpus beside a legitimate stream', () => {
  const nested = (depth: number) =>
    Buffer.concat(Array.from({ length: depth }, () => Buffer.of(10, 0, 0, 0, 1)));
  const inParallel = (count: number, attack: (index: number) => Promise<unknown>) =>
    Promise.all(Array.from({ length: count }, (_, index) => attack(index)));
  /** Sends and sees the server cut the connection. */
  const cutAfter = async (port: number, ...bytes: Buffer[]) => {
    await new RawPeer(port).handshake().send(...bytes).closed;
  };

  test.each<[string, (rig: MediaRig) => Promise<unknown>]>([
    [
      'random chunks',
      ({ rtmpPort }) =>
        inParallel(100, async () => {
          const peer = new RawPeer(rtmpPort).handshake().send(randomBytes(5_000));
          peer.socket.end();
          await peer.closed;
        }),
    ],
    [
      'lengths of 4 GB',
      ({ rtmpPort }) =>
        inParallel(40, (i) =>
          cutAfter(
            rtmpPort,
            [
              messageBytes(1, uint32(0xffffffff), 2),
              announceBytes(6, 0xffffff),
              messageBytes(20, Buffer.from('0cffffffff', 'hex')),
              messageBytes(20, Buffer.from('0affffffff', 'hex')),
            ][i % 4] ?? Buffer.alloc(0),
          ),
        ),
    ],
    [
      '64 chunk streams, each with an unfinished message',
      ({ rtmpPort }) =>
        inParallel(50, () =>
          cutAfter(
            rtmpPort,
            ...Array.from({ length: 64 }, (_, i) =>
              Buffer.concat([announceBytes(2 + i, 60_000), Buffer.alloc(128)]),
            ),
          ),
        ),
    ],
    [
      'handshakes that never end',
      ({ rtmpPort }) =>
        inParallel(50, async () => {
          const peer = new RawPeer(rtmpPort).send(Buffer.of(3), Buffer.alloc(200_000));
          await peer.closed;
        }),
    ],
    [
      'AMF that is nested without end',
      ({ rtmpPort }) => inParallel(50, (i) => cutAfter(rtmpPort, messageBytes(20, nested(20 + 200 * i)))),
    ],
    [
      'paths in the application and in the key',
      ({ rtmpPort }) =>
        inParallel(50, (i) => {
          const path =
            ['../../etc/passwd', 'live/../../tmp', '..\\..\\x', '%2e%2e%2f', '/etc/passwd'][i % 5] ?? '';
          return i % 2 === 0
            ? cutAfter(rtmpPort, commandBytes('connect', 1, { app: path }))
            : cutAfter(rtmpPort, connectBytes, commandBytes('publish', 0, null, path, 'live'));
        }),
    ],
    [
      'wrong keys',
      ({ rtmpPort }) =>
        inParallel(50, (i) =>
          cutAfter(rtmpPort, connectBytes, commandBytes('publish', 0, null, `wrong-${i}`, 'live')),
        ),
    ],
    [
      'other publishers for its own key',
      ({ rtmpPort }) => inParallel(50, () => cutAfter(rtmpPort, connectBytes, publishBytes)),
    ],
    [
      'peers that drip a byte at a time',
      async ({ rtmpPort }) => {
        const peers = await inParallel(50, async () => new RawPeer(rtmpPort).send(Buffer.of(3)));
        for (let turn = 0; turn < 20; turn++) {
          for (const peer of peers as RawPeer[]) peer.send(Buffer.of(turn));
          await settle(rtmpPort);
        }
        for (const peer of peers as RawPeer[]) peer.socket.destroy();
      },
    ],
    [
      'a thousand half-open connections',
      async ({ rtmpPort }) => {
        const peers = Array.from({ length: 1_000 }, () => new RawPeer(rtmpPort).send(Buffer.of(3)));
        await settle(rtmpPort);
        for (const peer of peers) peer.socket.destroy();
      },
    ],
    [
      'everything up to a publish, cut in two at every byte',
      async ({ rtmpPort, media }) => {
        const opening = Buffer.concat([connectBytes, commandBytes('publish', 0, null, 'other', 'live')]);
        await inParallel(opening.length, async (i) => {
          const peer = new RawPeer(rtmpPort).handshake();
          await until('shaken hands', () => peer.received.length >= 3_073);
          peer.send(opening.subarray(0, i));
          await new Promise((resolve) => setTimeout(resolve, 20));
          peer.send(opening.subarray(i));
          await until('answered', () => /Publish\.(Start|BadName)/.test(peer.received.toString('latin1')));
          peer.socket.destroy();
          await peer.closed;
        });
        media.end('play-other');
      },
    ],
  ])('%s', async (_, attack) => {
    const rig = await startMedia({ limits: { ...open, handshakeTimeoutMs: 60_000 } });
    const publisher = await rig.connect('k');
    const publishing = publisher.publishFlv(await readShow(), { speed: 8 });
    await rig.happened('live');
    globalThis.gc?.();
    const rssBefore = process.memoryUsage.rss();
    await attack(rig);
    const grownMb = (process.memoryUsage.rss() - rssBefore) / 2 ** 20;
    await publishing;
    await until('every frame has arrived', () => rig.media.status('play-k')?.framesIn === 342);
    expect(rig.media.status('play-k')).toMatchObject({ state: 'live', framesDropped: 0 });
    const ofShow = rig.events.filter(({ playbackId }) => playbackId === 'play-k');
    expect(ofShow.map((event) => event.type)).toEqual(['publishing', 'live']);
    const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
    expect(viewer.last.segments.some((segment) => segment.isDiscontinuous)).toBe(false);
    expect(grownMb).toBeLessThan(96);
    expect(rig.lines.filter((line) => line.includes('internal error'))).toEqual([]);
  });
});

test('random sequences of plausible commands and damage never harm the server', async () => {
  const rig = await startMedia({ limits: open });
  const piece = fc.oneof(
    fc.constantFrom(
      connectBytes,
      publishBytes,
      commandBytes('createStream', 2, null),
      commandBytes('deleteStream', 3, null, 1),
    ),
    fc
      .tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 8, 9, 15, 17, 18, 20, 22), fc.uint8Array({ maxLength: 300 }))
      .map(([type, payload]) => messageBytes(type, Buffer.from(payload))),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const peer = new RawPeer(rig.rtmpPort).handshake().send(...pieces);
      peer.socket.end();
      await peer.closed;
    }),
    { numRuns: 150, seed: 20_260_105 },
  );
  rig.media.end('play-k');
  const publisher = await rig.connect('good');
  await publisher.publishFlv(await readShow(), { speed: Number.POSITIVE_INFINITY });
  await until('live', () => rig.media.status('play-good')?.state === 'live');
  expect(rig.lines.filter((line) => line.includes('internal error'))).toEqual([]);
});
