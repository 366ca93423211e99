import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FakeClock } from './support/fake-clock.ts';
import { type MediaRig, readShow, startMedia, until } from './support/media-rig.ts';
import { Viewer } from './support/viewer.ts';

/** The show is live; its publisher is still there and could send more. */
async function aLiveShow(options: Parameters<typeof startMedia>[0] = {}) {
  const rig = await startMedia(options);
  const publisher = await rig.publishShow();
  await rig.happened('live');
  const entry = `${rig.origin}/hls/play-k/index.m3u8`;
  const viewer = await new Viewer(entry).open();
  const edge = viewer.last.segments.at(-1);
  if (!edge) throw new Error('nothing is listed');
  const file = (uri: string) => new URL(uri, viewer.mediaUrl).href;
  const sendSecondsMore = async (fromMs: number, toMs: number) => {
    for (const tag of await readShow()) {
      const isFrame = tag.kind !== 'script' && tag.body[1] === 1;
      if (isFrame && tag.timestampMs >= fromMs && tag.timestampMs < toMs) {
        publisher.write({ ...tag, timestampMs: tag.timestampMs + 5_000 });
      }
    }
  };
  return { rig, publisher, entry, viewer, edge, file, sendSecondsMore };
}

const isPending = async (promise: Promise<unknown>) =>
  (await Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 50, 'pending'))])) === 'pending';

describe('what an answer may be cached as', () => {
  test('media for ever, playlists briefly, and any page may read them', async () => {
    const { entry, viewer, edge, file } = await aLiveShow();
    const segment = viewer.last.segments.find((each) => each.uri !== null)?.uri ?? '';
    const expected: Array<[string, string, string]> = [
      [entry, 'application/vnd.apple.mpegurl', 'public, max-age=1'],
      [viewer.mediaUrl, 'application/vnd.apple.mpegurl', 'public, max-age=1'],
      [
        `${viewer.mediaUrl}?_HLS_msn=${edge.msn}&_HLS_part=0`,
        'application/vnd.apple.mpegurl',
        'public, max-age=2',
      ],
      [file('init0.mp4'), 'video/mp4', 'public, max-age=31536000, immutable'],
      [file(segment), 'video/mp4', 'public, max-age=31536000, immutable'],
      [file(edge.parts[0]?.uri ?? ''), 'video/mp4', 'public, max-age=31536000, immutable'],
    ];
    for (const [url, type, cacheControl] of expected) {
      const { status, headers } = await fetch(url);
      expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
        200,
        type,
        cacheControl,
      ]);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('set-cookie')).toBeNull();
    }
  });

  test('playlists are compressed for those who accept it', async () => {
    const { viewer } = await aLiveShow();
    const get = async (encoding: string) => {
      const { default: http } = await import('node:http');
      return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
        http
          .get(viewer.mediaUrl, { headers: { 'accept-encoding': encoding } }, (res) => {
            const chunks: Buffer[] = [];
            res.on('data', (chunk: Buffer) => chunks.push(chunk));
            res.on('end', () => resolve({ headers: res.headers, body: Buffer.concat(chunks) }));
          })
          .on('error', reject);
      });
    };
    const plain = await get('identity');
    const packed = await get('br, gzip');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(packed.body)).toEqual(plain.body);
    expect(packed.body.length).toBeLessThan(plain.body.length / 2);
  });

  test('HEAD answers as GET without a body', async () => {
    const { entry, file } = await aLiveShow();
    for (const url of [entry, file('init0.mp4')]) {
      const get = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
      const head = await fetch(url, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
      expect(head.status).toBe(200);
      expect(head.headers.get('content-length')).toBe(String((await get.arrayBuffer()).byteLength));
      expect((await head.arrayBuffer()).byteLength).toBe(0);
    }
  });

  test('OPTIONS allows reading from anywhere, other methods are not allowed', async () => {
    const { entry } = await aLiveShow();
    const preflight = await fetch(entry, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
      204,
      'GET, HEAD, OPTIONS',
    ]);
    const post = await fetch(entry, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

describe('what is not there', () => {
  test.each([
    '/hls/',
    '/hls/play-k',
    '/hls/play-k/',
    '/hls/unknown/index.m3u8',
    '/hls/play-k/media.m3u8',
    '/hls/play-k/AAAAAAAAAAAA/media.m3u8',
    '/hls/../etc/passwd',
    '/hls/play-k/..%2f..%2fetc/passwd',
    '/hls/play-k/%00/media.m3u8',
    `/hls/${'a'.repeat(5_000)}/index.m3u8`,
  ])('%s is 404 for a second', async (path) => {
    const { rig } = await aLiveShow();
    const response = await rawGet(rig, path);
    expect(response).toMatch(/^HTTP\/1\.1 404 /);
    expect(response).toContain('cache-control: public, max-age=1\r\n');
  });

  test.each([
    's999.m4s',
    'p999.0.m4s',
    'p0.99.m4s',
    'init7.mp4',
    's0.mp4',
    'p0.m4s',
    '__proto__',
    'constructor',
  ])('the file %s is 404', async (name) => {
    const { file } = await aLiveShow();
    expect((await fetch(file(name))).status).toBe(404);
  });

  test('a URL outside the prefix is left to the host', async () => {
    const { rig } = await aLiveShow();
    expect((await fetch(`${rig.origin}/streams/active`)).status).toBe(418);
    expect((await fetch(`${rig.origin}/hlsx/play-k/index.m3u8`)).status).toBe(418);
  });

  test('the segment that is still open is not to be had as a whole', async () => {
    const { edge, file } = await aLiveShow();
    expect(edge.uri).toBeNull();
    expect((await fetch(file(`s${edge.msn}.m4s`))).status).toBe(404);
  });
});

describe('blocking playlist reload', () => {
  test('the answer comes with the part that is awaited, for everyone who waits', async () => {
    const { viewer, edge, sendSecondsMore } = await aLiveShow();
    const query = `?_HLS_msn=${edge.msn}&_HLS_part=${edge.parts.length}`;
    const waiting = Promise.all([
      viewer.reload(query),
      fetch(viewer.mediaUrl + query).then((res) => res.text()),
    ]);
    expect(await isPending(waiting)).toBe(true);
    await sendSecondsMore(0, 500);
    const [playlist, other] = await waiting;
    const segment = playlist.segments.find((each) => each.msn === edge.msn);
    expect(segment?.parts.length).toBeGreaterThan(edge.parts.length);
    expect(other).toContain(`p${edge.msn}.${edge.parts.length}.m4s`);
  });

  test('without a part the answer comes with the whole segment', async () => {
    const { viewer, edge, sendSecondsMore } = await aLiveShow();
    const waiting = viewer.reload(`?_HLS_msn=${edge.msn}`);
    expect(await isPending(waiting)).toBe(true);
    await sendSecondsMore(0, 1_300);
    expect((await waiting).segments.find((each) => each.msn === edge.msn)?.uri).toBe(`s${edge.msn}.m4s`);
  });

  test('a part past the end of a finished segment stands for the first part of the next', async () => {
    const { viewer, edge } = await aLiveShow();
    const playlist = await viewer.reload(`?_HLS_msn=${edge.msn - 1}&_HLS_part=9`);
    expect(playlist.segments.at(-1)?.parts.length).toBeGreaterThan(0);
  });

  test('what is already there is answered at once', async () => {
    const { viewer, edge } = await aLiveShow();
    await viewer.reload('?_HLS_msn=0');
    await viewer.reload('?_HLS_msn=0&_HLS_part=99');
    await viewer.reload(`?_HLS_msn=${edge.msn}&_HLS_part=0`);
    expect(viewer.playlists).toHaveLength(4);
  });

  test.each([
    ['_HLS_part without _HLS_msn', () => '?_HLS_part=0'],
    ['a negative number', () => '?_HLS_msn=-1'],
    ['a fraction', () => '?_HLS_msn=1.5'],
    ['no number', () => '?_HLS_msn=abc'],
    ['1e400', () => '?_HLS_msn=1e400'],
    ['a number given twice', () => '?_HLS_msn=1&_HLS_msn=2'],
    ['a segment too far ahead', (msn: number) => `?_HLS_msn=${msn + 2}`],
    ['a part too far ahead', (msn: number, parts: number) => `?_HLS_msn=${msn}&_HLS_part=${parts + 15}`],
  ])('%s is 400 and not cached', async (_, query) => {
    const { viewer, edge } = await aLiveShow();
    const response = await fetch(viewer.mediaUrl + query(edge.msn, edge.parts.length));
    expect([response.status, response.headers.get('cache-control')]).toEqual([400, 'no-store']);
  });

  test('nothing new for three target durations is 503', async () => {
    const clock = new FakeClock();
    const { rig, viewer, edge } = await aLiveShow({ clock });
    const url = `${viewer.mediaUrl}?_HLS_msn=${edge.msn + 1}`;
    const waiting = fetch(url);
    await rig.asked(url);
    clock.advance(2_999);
    expect(await isPending(waiting)).toBe(true);
    clock.advance(1);
    const { status, headers } = await waiting;
    expect([status, headers.get('cache-control'), headers.get('retry-after')]).toEqual([
      503,
      'no-store',
      '1',
    ]);
  });

  test('only so many may wait, the next is 503', async () => {
    const { viewer, edge, rig } = await aLiveShow({ limits: { waitersPerStream: 2 } });
    const url = `${viewer.mediaUrl}?_HLS_msn=${edge.msn + 1}`;
    const answers = [fetch(url), fetch(url)];
    await rig.asked(url, 2);
    expect((await fetch(url)).status).toBe(503);
    rig.media.end('play-k');
    expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual([200, 200]);
  });

  test('a viewer that leaves while it waits frees its place', async () => {
    const { rig, viewer, edge } = await aLiveShow({ limits: { waitersPerStream: 1 } });
    const url = `${viewer.mediaUrl}?_HLS_msn=${edge.msn + 1}`;
    const leaving = new AbortController();
    const left = fetch(url, { signal: leaving.signal });
    await rig.asked(url);
    expect((await fetch(url)).status).toBe(503);
    leaving.abort();
    await expect(left).rejects.toThrow();
    const next = new AbortController();
    await until('the place is free', async () => isPending(fetch(url, { signal: next.signal })));
    next.abort();
  });

  test('the hinted part is held back until it exists', async () => {
    const { viewer, file, sendSecondsMore } = await aLiveShow();
    const hint = viewer.last.preloadHint ?? '';
    const waiting = fetch(file(hint));
    expect(await isPending(waiting)).toBe(true);
    await sendSecondsMore(0, 500);
    const early = Buffer.from(await (await waiting).arrayBuffer());
    expect(early.equals(await viewer.fetchFile(hint))).toBe(true);
  });

  test('a hinted part that never comes is 404', async () => {
    const { viewer, file, rig, publisher } = await aLiveShow();
    publisher.close();
    await rig.happened('interrupted');
    await viewer.reload('');
    const waiting = fetch(file(viewer.last.preloadHint ?? ''));
    expect(await isPending(waiting)).toBe(true);
    rig.media.end('play-k');
    expect((await waiting).status).toBe(404);
  });
});

describe('delta updates', () => {
  test('a long playlist leaves out what a client already has', async () => {
    const rig = await startMedia({ windowMs: 60_000 });
    const publisher = await rig.connect('k');
    const looping = publisher.publishFlv(await readShow(), { speed: 40, loop: true });
    await until('20 s of media', () => (rig.media.status('play-k')?.framesIn ?? 0) > 4 * 342);
    publisher.close();
    await looping;
    await rig.happened('interrupted');
    const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
    const full = viewer.last;
    const delta = await viewer.reload('?_HLS_skip=YES');
    expect(full.canSkipUntil).toBe(12);
    expect(full.skipped).toBe(0);
    expect(delta.skipped).toBeGreaterThan(5);
    expect(delta.segments).toEqual(
      full.segments.slice(delta.skipped).map((segment) => ({ ...segment, map: null })),
    );
    const kept = delta.segments.reduce((sum, segment) => sum + (segment.duration ?? 0), 0);
    expect(kept).toBeGreaterThanOrEqual(12);
  });

  test('a short playlist offers none and answers in full', async () => {
    const { viewer } = await aLiveShow();
    expect(viewer.last.canSkipUntil).toBeNull();
    expect((await viewer.reload('?_HLS_skip=YES')).skipped).toBe(0);
  });
});

/** Half a minute of media went by; its publisher is gone and may come back. */
async function aLongShow() {
  const rig = await startMedia();
  const publisher = await rig.connect('k');
  const looping = publisher.publishFlv(await readShow(), { speed: 40, loop: true });
  await until('30 s of media', () => (rig.media.status('play-k')?.framesIn ?? 0) > 6 * 342);
  publisher.close();
  await looping;
  await rig.happened('interrupted');
  const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
  return { rig, viewer };
}

describe('the window', () => {
  test('a viewer that is late gets parts and segments that are no longer listed, until they are gone', async () => {
    const { rig, viewer } = await aLongShow();
    const { mediaSequence, segments } = viewer.last;
    expect(segments.reduce((sum, segment) => sum + (segment.duration ?? 0), 0)).toBeLessThan(10);
    await viewer.fetchFile(`s${mediaSequence - 3}.m4s`);
    await viewer.fetchFile(`p${mediaSequence - 3}.0.m4s`);
    await expect(viewer.fetchFile('s0.m4s')).rejects.toThrow('404');
    expect(rig.media.status('play-k')?.bytesHeld).toBeLessThan(1_000_000);
  });

  test('a playlist far in the future is 400, one of the past 404', async () => {
    const { viewer } = await aLongShow();
    const statusOf = async (query: string) => (await fetch(viewer.mediaUrl + query)).status;
    const { mediaSequence } = viewer.last;
    for (const query of ['?_HLS_msn=0', '?_HLS_msn=0&_HLS_part=2', '?_HLS_msn=3&_HLS_skip=YES'])
      expect(await statusOf(query)).toBe(404);
    for (const ahead of [30, 1_000, 1e12])
      expect(await statusOf(`?_HLS_msn=${mediaSequence + ahead}`)).toBe(400);
    expect(await statusOf(`?_HLS_msn=${mediaSequence - 2}`)).toBe(200);
    expect(await statusOf(`?_HLS_msn=${mediaSequence}`)).toBe(200);
  });
});

test('a viewer that stops reading is cut', async () => {
  const clock = new FakeClock();
  const { rig, file } = await aLiveShow({ clock });
  const { port } = new URL(rig.origin);
  const stalled = connect(Number(port), '127.0.0.1');
  let isClosed = false;
  stalled.on('error', () => {});
  stalled.on('close', () => {
    isClosed = true;
  });
  stalled.pause();
  const request = `GET ${new URL(file('s0.m4s')).pathname} HTTP/1.1\r\nHost: x\r\n\r\n`;
  stalled.write(request.repeat(1_500));
  await until('the viewer is cut', () => {
    clock.advance(1_000);
    stalled.write(request, () => {});
    return isClosed || stalled.destroyed;
  });
});

test('a viewer that never reads is cut as soon as more than 2 MB wait for it, one that reads is not', async () => {
  const clock = new FakeClock();
  const rig = await startMedia({
    clock,
    limits: { bitsPerSecond: 1e9, sendTimeoutMs: 60_000, segmentBytes: 1e8 },
  });
  const publisher = await rig.connect('k');
  for (const tag of await readShow()) {
    const isKeyFrame = tag.kind === 'video' && tag.body[0] === 0x17 && tag.body[1] === 1;
    // Filler behind the picture: a part of nearly 4 MB.
    const filler = Buffer.alloc(isKeyFrame ? 4_100_000 - tag.body.length : 0, 0x1c);
    if (isKeyFrame) filler.writeUInt32BE(filler.length - 4);
    if (!publisher.write({ ...tag, body: Buffer.concat([tag.body, filler]) })) await publisher.drained();
  }
  await rig.happened('live');
  const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
  const { pathname } = new URL('s0.m4s', viewer.mediaUrl);
  const ask = () => {
    const socket = connect(Number(new URL(rig.origin).port), '127.0.0.1');
    const peer = { socket, isClosed: false };
    socket.on('error', () => {});
    socket.on('close', () => {
      peer.isClosed = true;
    });
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(3));
    return peer;
  };
  const reading = ask();
  let read = 0;
  reading.socket.on('data', (bytes) => {
    read += bytes.length;
  });
  const stalled = ask();
  stalled.socket.pause();
  await until('the reader has it all', () => read > 3 * 4_000_000);
  clock.advance(1_000);
  clock.advance(1_000);
  stalled.socket.on('data', () => {}).resume();
  await until('the one that did not read is cut', () => stalled.isClosed);
  expect(reading.isClosed).toBe(false);
  reading.socket.destroy();
});

/** A request whose path no client library would send as it is. */
function rawGet(rig: MediaRig, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(rig.origin).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  });
}
