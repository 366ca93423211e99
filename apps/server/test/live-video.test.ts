import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { PublishRefusedError, RtmpPublisher, readFlvFile } from '@vybekart/media';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { showClip } from './support/fixture.ts';
import { publishShow } from './support/publish.ts';
import { type Person, startServer, type TestServer } from './support/start-server.ts';
import { countSamples, mediaPlaylistUrl, readMediaPlaylist } from './support/watch.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const frames = { video: 125, audio: 217 };
const newShow = (seller: Person) => seller.api.call('createStream', { body: { title: 'Evening drop' } });
const statusOf = async (id: string) =>
  (await server.guest().api.call('getStream', { params: { id } })).status;
const untilStatus = (id: string, status: string) =>
  eventually(`the show to be ${status}`, async () => (await statusOf(id)) === status);

describe('a show on the air', () => {
  test('is live when video flows and not before, and every sample that goes in comes out', async () => {
    const seller = await server.registerSeller();
    const stream = await newShow(seller);
    expect(stream).toMatchObject({ status: 'ready', isLive: false });
    expect((await fetch(stream.hlsPlaybackUrl)).status).toBe(404);

    await using show = await publishShow(stream);
    await untilStatus(stream.id, 'live');
    const items = await eventually('the show on the list', async () => {
      const { items } = await server.guest().api.call('activeStreams');
      return items.some(({ id }) => id === stream.id) && items;
    });
    expect(JSON.stringify(items)).not.toContain(stream.streamKey);

    await show.done;
    await show.publisher.drained();
    const playlistUrl = await mediaPlaylistUrl(stream.hlsPlaybackUrl);
    await seller.api.call('endStream', { params: { id: stream.id } });
    const playlist = await eventually('the end of the playlist', async () => {
      const now = await readMediaPlaylist(playlistUrl);
      return now.isEnded ? now : null;
    });
    expect(playlist.segments.every((segment) => segment.dateTime !== null)).toBe(true);
    expect([...(await countSamples(playlistUrl)).values()]).toEqual([frames.video, frames.audio]);
    await eventually('the show off the list', async () => {
      const { items } = await server.guest().api.call('activeStreams');
      return !items.some(({ id }) => id === stream.id);
    });
  });

  test('comes out whole from ffmpeg as the encoder', async ({ skip }) => {
    if (spawnSync('ffmpeg', ['-version']).status !== 0) {
      if (process.env.CI) throw new Error('ffmpeg is missing');
      skip('ffmpeg is not installed: its row of the encoders was not run');
    }
    const seller = await server.registerSeller();
    const stream = await newShow(seller);
    const encoder = spawn(
      'ffmpeg',
      [
        '-loglevel',
        'error',
        '-re',
        '-i',
        showClip,
        '-c',
        'copy',
        '-f',
        'flv',
        `${stream.rtmpIngestUrl}/${stream.streamKey}`,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const exit = once(encoder, 'exit');
    await untilStatus(stream.id, 'live');
    const playlistUrl = await mediaPlaylistUrl(stream.hlsPlaybackUrl);
    expect((await exit)[0]).toBe(0);
    // The server has read all that the encoder sent.
    await untilStatus(stream.id, 'interrupted');
    await seller.api.call('endStream', { params: { id: stream.id } });
    expect((await countSamples(playlistUrl)).get(1)).toBe(frames.video);
  });

  test('survives a lost encoder: interrupted, then live again as the same show, announced once', async () => {
    const seller = await server.registerSeller();
    const fan = await server.register('Fan');
    await fan.api.call('follow', { params: { handle: seller.user.shop?.handle ?? '' } });
    const stream = await newShow(seller);
    const first = await publishShow(stream, { loop: true });
    await untilStatus(stream.id, 'live');
    await first[Symbol.asyncDispose]();
    await untilStatus(stream.id, 'interrupted');
    await using second = await publishShow(stream, { loop: true });
    await untilStatus(stream.id, 'live');
    await eventually('the news at the follower', async () => {
      const { items } = await fan.api.call('listNotifications');
      return items.length > 0;
    });
    expect((await fan.api.call('listNotifications')).items).toHaveLength(1);
    const ended = await seller.api.call('endStream', { params: { id: stream.id } });
    expect(ended.status).toBe('ended');
    await second.publisher.closed;
  });
});

describe('how the video arrives', () => {
  test('is told to the seller alone, with what to change', async () => {
    const seller = await server.registerSeller();
    const stream = await newShow(seller);
    const params = { id: stream.id };
    expect(await seller.api.call('streamHealth', { params })).toEqual({ health: null });
    const ingest = new URL(stream.rtmpIngestUrl);
    const publisher = await RtmpPublisher.connect({
      host: ingest.hostname,
      port: Number(ingest.port),
      app: ingest.pathname.slice(1),
      streamKey: stream.streamKey,
    });
    // The clip has a key frame each second; all but the first are called ordinary frames here.
    const tags = (await readFlvFile(showClip)).map((tag) => {
      const isLater = tag.kind === 'video' && tag.body[0] === 0x17 && tag.timestampMs > 500;
      return isLater ? { ...tag, body: Buffer.concat([Buffer.of(0x27), tag.body.subarray(1)]) } : tag;
    });
    void publisher.publishFlv(tags, { loop: true, speed: 2 });
    const { health } = await eventually('the second key frame', async () => {
      const answer = await seller.api.call('streamHealth', { params });
      return answer.health?.keyFrameIntervalMs ? answer : null;
    });
    expect(health).toMatchObject({ keyFrameIntervalMs: 5_000, width: 320, height: 180, hasSound: true });
    expect(health?.advice).toContain('key_frames_rare');
    const other = await server.registerSeller('Other');
    await expect(other.api.call('streamHealth', { params })).rejects.toMatchObject({ code: 'not_found' });
    await expect(server.guest().api.call('streamHealth', { params })).rejects.toMatchObject({
      code: 'unauthorized',
    });
    publisher.close();
  });
});

describe('encoders that are not welcome', () => {
  test('a wrong key is refused with the reason', async () => {
    const stream = await newShow(await server.registerSeller());
    await expect(publishShow({ ...stream, streamKey: 'x'.repeat(43) })).rejects.toBeInstanceOf(
      PublishRefusedError,
    );
  });

  test('after rotation the old key is worthless and its encoder is cut', async () => {
    const seller = await server.registerSeller();
    const stream = await newShow(seller);
    await using old = await publishShow(stream, { loop: true });
    await untilStatus(stream.id, 'live');
    const rotated = await seller.api.call('rotateStreamKey', { params: { id: stream.id } });
    await old.publisher.closed;
    await expect(publishShow(stream)).rejects.toBeInstanceOf(PublishRefusedError);
    await using again = await publishShow(rotated, { loop: true });
    await untilStatus(stream.id, 'live');
    expect(again.publisher).toBeDefined();
  });

  test('a second encoder with the same key does not disturb the first', async () => {
    const stream = await newShow(await server.registerSeller());
    await using first = await publishShow(stream, { loop: true });
    await untilStatus(stream.id, 'live');
    await expect(publishShow(stream)).rejects.toBeInstanceOf(PublishRefusedError);
    expect(await statusOf(stream.id)).toBe('live');
    expect(first.publisher).toBeDefined();
  });

  test('garbage on the RTMP port is cut off and the server lives on', async () => {
    const socket = connect(server.running.rtmpPort, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(Buffer.alloc(4096, 0xff));
    await once(socket, 'close');
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });
});

test('a seller has one show at a time and is told which', async () => {
  const seller = await server.registerSeller();
  const stream = await newShow(seller);
  await expect(newShow(seller)).rejects.toMatchObject({
    code: 'already_live',
    problem: { streamId: stream.id },
  });
});
