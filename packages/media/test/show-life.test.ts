import { describe, expect, test } from 'vitest';
import { FakeClock } from './support/fake-clock.ts';
import { readShow, startMedia, until } from './support/media-rig.ts';
import { Viewer } from './support/viewer.ts';

const statusOf = async (url: string) => {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
};

describe('the life of a show', () => {
  test('there is nothing to watch before the first video, and the stream goes live by it', async () => {
    const rig = await startMedia();
    const entry = `${rig.origin}/hls/play-k/index.m3u8`;
    expect(await statusOf(entry)).toBe(404);
    const publisher = await rig.connect('k');
    expect(rig.events.map((event) => event.type)).toEqual(['publishing']);
    expect(await statusOf(entry)).toBe(404);
    publisher.close();
    await rig.happened('interrupted');
    await rig.publishShow();
    await rig.happened('live');
    expect(await statusOf(entry)).toBe(200);
    expect(rig.events.map((event) => event.type)).toEqual([
      'publishing',
      'interrupted',
      'publishing',
      'live',
    ]);
  });

  test('a publisher that comes back within the grace period resumes the same playlist', async () => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock });
    const first = await rig.publishShow();
    await rig.happened('live');
    const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
    first.close();
    await rig.happened('interrupted');
    await viewer.reload('');
    clock.advance(19_000);
    await rig.publishShow();
    await rig.happened('resumed');
    await viewer.reload('?_HLS_msn=8');
    expect(viewer.last.segments.filter((segment) => segment.isDiscontinuous)).toHaveLength(1);
    expect(viewer.last.isEnded).toBe(false);
    expect(rig.events.map((event) => event.type)).toEqual([
      'publishing',
      'live',
      'interrupted',
      'publishing',
      'resumed',
    ]);
  });

  test('a publisher that comes back with sound alone is not cut for want of key frames', async () => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock });
    (await rig.publishShow()).close();
    await rig.happened('interrupted');
    const publisher = await rig.connect('k');
    const sound = (await readShow()).filter((tag) => tag.kind === 'audio');
    for (const tag of sound) publisher.write(tag);
    await rig.happened('resumed');
    for (let round = 1; round <= 4; round++) {
      await until('all is in', () => rig.media.status('play-k')?.framesIn === (sound.length - 1) * round);
      clock.advance(4_000);
      for (const tag of sound.slice(1))
        publisher.write({ ...tag, timestampMs: tag.timestampMs + 5_039 * round });
    }
    expect(rig.media.status('play-k')).toMatchObject({
      state: 'live',
      isPublishing: true,
      codecs: ['mp4a.40.2'],
    });
  });

  test('without its publisher a stream ends after the grace period, and is forgotten a minute later', async () => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock });
    const publisher = await rig.publishShow();
    await rig.happened('live');
    const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
    publisher.close();
    await rig.happened('interrupted');
    clock.advance(19_999);
    expect(rig.events.at(-1)?.type).toBe('interrupted');
    clock.advance(1);
    expect(rig.events.at(-1)).toMatchObject({
      type: 'ended',
      reason: expect.stringContaining('did not come back'),
    });
    expect((await viewer.reload('?_HLS_msn=99&_HLS_part=3')).isEnded).toBe(true);
    clock.advance(59_999);
    expect(await statusOf(viewer.mediaUrl)).toBe(200);
    clock.advance(1);
    expect(await statusOf(viewer.mediaUrl)).toBe(404);
    expect(rig.media.status('play-k')).toBeNull();
  });

  test('a publisher that returns without media does not prolong the grace period', async () => {
    const clock = new FakeClock();
    const rig = await startMedia({ clock });
    (await rig.publishShow()).close();
    await rig.happened('interrupted');
    clock.advance(15_000);
    const empty = await rig.connect('k');
    clock.advance(6_000);
    expect(rig.events.at(-1)?.type).toBe('publishing');
    empty.close();
    await until('the publisher has left', () => rig.media.status('play-k')?.isPublishing === false);
    clock.advance(1);
    expect(rig.events.at(-1)?.type).toBe('ended');
  });

  test('ending a show cuts the publisher, closes the playlist, and may be repeated', async () => {
    const rig = await startMedia();
    const publisher = await rig.publishShow();
    await rig.happened('live');
    const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
    rig.media.end('play-k');
    rig.media.end('play-k');
    rig.media.end('play-unknown');
    await expect(publisher.closed).resolves.toContain('the show was ended');
    expect((await viewer.reload('')).isEnded).toBe(true);
    expect(rig.events.filter((event) => event.type === 'ended')).toHaveLength(1);
  });

  test('the next show under the same playback id has URIs of its own', async () => {
    const rig = await startMedia();
    await rig.publishShow();
    await rig.happened('live');
    const before = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
    rig.media.end('play-k');
    await rig.publishShow();
    await rig.happened('live', 2);
    const after = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
    expect(after.mediaUrl).not.toBe(before.mediaUrl);
    expect(after.last.mediaSequence).toBe(0);
    expect(await statusOf(before.mediaUrl)).toBe(404);
  });

  test('a viewer that waits is told when the show ends', async () => {
    const rig = await startMedia();
    await rig.publishShow();
    await rig.happened('live');
    const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
    const waiting = viewer.reload(`?_HLS_msn=${viewer.last.segments.at(-1)?.msn}&_HLS_part=14`);
    rig.media.end('play-k');
    expect((await waiting).isEnded).toBe(true);
  });

  test('two shows run beside each other', async () => {
    const rig = await startMedia();
    await Promise.all([rig.publishShow('one'), rig.publishShow('two')]);
    await rig.happened('live', 2);
    rig.media.end('play-one');
    expect(rig.media.status('play-one')?.state).toBe('ended');
    expect(rig.media.status('play-two')).toMatchObject({ state: 'live', isPublishing: true });
  });

  test('closing the server ends every show and cuts every publisher', async () => {
    const rig = await startMedia();
    const publishers = await Promise.all([rig.publishShow('one'), rig.publishShow('two')]);
    await rig.happened('live', 2);
    await rig.media.close();
    await rig.media.close();
    for (const publisher of publishers) expect(await publisher.closed).toContain('server is closing');
    expect(rig.events.filter((event) => event.type === 'ended')).toHaveLength(2);
  });

  test('a handler of the host that throws disturbs nothing', async () => {
    const rig = await startMedia({
      on: () => {
        throw new Error('handler is broken');
      },
    });
    await rig.publishShow();
    const viewer = new Viewer(`${rig.origin}/hls/play-k/index.m3u8`);
    await expect.poll(() => statusOf(`${rig.origin}/hls/play-k/index.m3u8`)).toBe(200);
    await viewer.open();
    expect(rig.lines).toContain('[media] live handler failed: handler is broken');
  });
});
