import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { RtmpPublisher } from '../src/index.ts';
import { readShow, showFile, startMedia, until } from './support/media-rig.ts';

const run = promisify(execFile);
const hasFfmpeg = ['ffmpeg', 'ffprobe'].every((tool) => spawnSync(tool, ['-version']).status === 0);
if (!hasFfmpeg)
  console.warn('ffmpeg and ffprobe are not installed: publishing with ffmpeg is NOT tested here');

test('ffmpeg is there where the whole suite has to run', () => {
  expect(hasFfmpeg || process.env.CI !== 'true').toBe(true);
});

interface Packet {
  codec_type: 'video' | 'audio';
  pts: number;
  dts: number;
}

/** Publishes with ffmpeg, ends the show, and reads the playlist back with ffprobe and ffmpeg's decoders. */
async function publishAndProbe(input: string[]) {
  const rig = await startMedia();
  await run('ffmpeg', ['-v', 'error', ...input, '-f', 'flv', `rtmp://127.0.0.1:${rig.rtmpPort}/live/k`]);
  await rig.happened('interrupted');
  rig.media.end('play-k');
  const entry = await firstVariant(`${rig.origin}/hls/play-k/index.m3u8`);
  const probe = await run(
    'ffprobe',
    ['-v', 'warning', '-show_packets', '-show_streams', '-of', 'json', entry],
    {
      maxBuffer: 2 ** 26,
    },
  );
  const decode = await run('ffmpeg', ['-v', 'warning', '-i', entry, '-f', 'null', '-']);
  const { packets, streams } = JSON.parse(probe.stdout) as {
    packets: Packet[];
    streams: Array<Record<string, unknown>>;
  };
  return { packets, streams, complaints: probe.stderr + decode.stderr };
}

/** The publisher's own rendition: given the multivariant playlist, ffprobe reads every rendition. */
async function firstVariant(url: string): Promise<string> {
  const lines = (await (await fetch(url)).text()).split('\n');
  return new URL(lines.find((line) => line !== '' && !line.startsWith('#')) ?? '', url).href;
}

const synthetic = (video: string, audio: string, seconds: number) => [
  ...(video ? ['-f', 'lavfi', '-i', `testsrc2=size=160x90:${video}`] : []),
  ...(audio ? ['-f', 'lavfi', '-i', `sine=frequency=440:${audio}`] : []),
  '-t',
  String(seconds),
  '-pix_fmt',
  'yuv420p',
];

describe.runIf(hasFfmpeg)('published by ffmpeg, read by ffmpeg', () => {
  test('a file comes out with every packet and nothing to complain about', async () => {
    const { packets, streams, complaints } = await publishAndProbe([
      '-i',
      fileURLToPath(showFile),
      '-c',
      'copy',
    ]);
    expect(complaints).toBe('');
    expect(packets.filter((packet) => packet.codec_type === 'video')).toHaveLength(125);
    expect(packets.filter((packet) => packet.codec_type === 'audio')).toHaveLength(217);
    expect(streams[0]).toMatchObject({ codec_name: 'h264', profile: 'High', width: 320, height: 180 });
    expect(streams[1]).toMatchObject({ codec_name: 'aac', profile: 'LC', sample_rate: '44100', channels: 2 });
  });

  test.each<[string, string[], string[], number, number | null]>([
    [
      '29.97 fps, three B-frames',
      synthetic('rate=30000/1001', 'sample_rate=48000', 6),
      ['-g', '30', '-bf', '3'],
      180,
      null,
    ],
    ['60 fps, key frames every 2 s', synthetic('rate=60', 'sample_rate=48000', 6), ['-g', '120'], 360, null],
    [
      "the encoder's own key frame interval of 10 s",
      synthetic('rate=25', 'sample_rate=44100', 11),
      [],
      275,
      null,
    ],
    ['video only', synthetic('rate=24', '', 6), ['-g', '24'], 144, 0],
    ['audio only', synthetic('', 'sample_rate=22050', 6), ['-ac', '1'], 0, 130],
  ])('%s', async (_, source, coding, videoPackets, audioPackets) => {
    const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-x264-params', 'scenecut=0', '-c:a', 'aac'];
    const { packets, complaints } = await publishAndProbe([...source, ...codecs, ...coding]);
    expect(complaints).toBe('');
    const video = packets.filter((packet) => packet.codec_type === 'video');
    const audio = packets.filter((packet) => packet.codec_type === 'audio');
    expect(video).toHaveLength(videoPackets);
    if (audioPackets !== null) expect(Math.abs(audio.length - audioPackets)).toBeLessThanOrEqual(2);
    for (const track of [video, audio]) {
      for (const [i, packet] of track.entries())
        if (i > 0) expect(packet.dts).toBeGreaterThan(track[i - 1]?.dts ?? 0);
    }
  });

  test('a wrong key makes ffmpeg fail with our reason', async () => {
    const rig = await startMedia();
    const url = `rtmp://127.0.0.1:${rig.rtmpPort}/live/wrong-key`;
    const failed = run('ffmpeg', [
      '-v',
      'error',
      '-i',
      fileURLToPath(showFile),
      '-c',
      'copy',
      '-f',
      'flv',
      url,
    ]);
    await expect(failed).rejects.toMatchObject({ stderr: expect.stringContaining('unknown stream key') });
  });

  test('our own publisher is understood by a server that is not ours', async () => {
    const port = await aFreePort();
    const url = `rtmp://127.0.0.1:${port}/live/k`;
    const server = run(
      'ffprobe',
      ['-v', 'error', '-listen', '1', '-show_packets', '-of', 'json', '-i', url],
      {
        maxBuffer: 2 ** 26,
      },
    );
    const publisher = await connectOnceListening(port);
    await publisher.publishFlv(await readShow(), { speed: Number.POSITIVE_INFINITY });
    publisher.close();
    const { packets } = JSON.parse((await server).stdout) as { packets: Packet[] };
    expect(packets.filter((packet) => packet.codec_type === 'video')).toHaveLength(125);
    expect(packets.filter((packet) => packet.codec_type === 'audio')).toHaveLength(217);
  });
});

async function connectOnceListening(port: number): Promise<RtmpPublisher> {
  const found: RtmpPublisher[] = [];
  await until('the other server listens', async () => {
    const attempt = RtmpPublisher.connect({ host: '127.0.0.1', port, app: 'live', streamKey: 'k' });
    found.push(...(await attempt.then((publisher) => [publisher]).catch(() => [])));
    return found.length > 0;
  });
  const [publisher] = found;
  if (!publisher) throw new Error('not connected');
  return publisher;
}

async function aFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
