import { describe, expect, test } from 'vitest';
import { mainProfile720p } from '../../test/support/frames.ts';
import type { AudioConfig, MediaFrame, VideoConfig } from '../shared/media.ts';
import { FlvDemuxer } from './flv-demuxer.ts';
import { readFlvFile, readFlvTags } from './flv-file.ts';

function demux() {
  const frames: MediaFrame[] = [];
  const configs: Array<VideoConfig | AudioConfig> = [];
  const demuxer = new FlvDemuxer({
    videoConfig: (config) => configs.push(config),
    audioConfig: (config) => configs.push(config),
    frame: (frame) => frames.push(frame),
  });
  return { frames, configs, demuxer };
}

const hex = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'hex');
const videoHeader = hex(`17 00 000000 ${mainProfile720p}`);
const audioHeader = hex('af 00 1210');

describe('FLV tag bodies', () => {
  test('a file gives its configurations and every frame', async () => {
    const { frames, configs, demuxer } = demux();
    for (const tag of await readFlvFile(new URL('../../test/fixtures/show.flv', import.meta.url))) {
      if (tag.kind !== 'script') demuxer.tag(tag.kind, tag.timestampMs, tag.body);
    }
    expect(configs.map((config) => config.codec)).toEqual(['avc1.64000c', 'mp4a.40.2']);
    expect(frames.filter((frame) => frame.track === 'video')).toHaveLength(125);
    expect(frames.filter((frame) => frame.track === 'audio')).toHaveLength(217);
    expect(frames.filter((frame) => frame.track === 'video' && frame.isKeyFrame)).toHaveLength(5);
    expect(new Set(frames.map((frame) => frame.compositionOffsetMs))).toEqual(new Set([0, 40, 80, 120, 160]));
  });

  test('composition time may be negative', () => {
    const { frames, demuxer } = demux();
    demuxer.tag('video', 0, videoHeader);
    demuxer.tag('video', 40, hex('27 01 ffffd8 00000001 41'));
    expect(frames[0]).toMatchObject({ compositionOffsetMs: -40, isKeyFrame: false, timestampMs: 40 });
  });

  test('a repeated header is no new configuration, a changed one is', () => {
    const { configs, demuxer } = demux();
    demuxer.tag('audio', 0, audioHeader);
    demuxer.tag('audio', 100, audioHeader);
    demuxer.tag('audio', 200, hex('af 00 1190'));
    expect(configs.map((config) => config.kind === 'audio' && config.sampleRate)).toEqual([44_100, 48_000]);
  });

  test('frames before their header, empty bodies, command frames and end-of-sequence tags are passed over', () => {
    const { frames, demuxer } = demux();
    demuxer.tag('video', 0, hex('17 01 000000 00000001 65'));
    demuxer.tag('audio', 0, hex('af 01 2100'));
    demuxer.tag('video', 0, videoHeader);
    for (const body of ['', '17', '5700', '17 02 000000', '17 01 000000'])
      demuxer.tag('video', 40, hex(body));
    expect(frames).toHaveLength(0);
  });

  test.each([
    ['video', '90 68766331 00', 'video codec hvc1: only H.264 is accepted'],
    ['video', '12 00', 'FLV video codec 2: only H.264 is accepted'],
    ['audio', '2f ff', 'FLV audio codec 2: only AAC is accepted'],
  ] as const)('%s of another codec is refused by name', (kind, body, message) => {
    expect(() => demux().demuxer.tag(kind, 0, hex(body))).toThrow(message);
  });
});

describe('enhanced RTMP', () => {
  const avc1 = '61766331';
  const mp4a = '6d703461';

  test('H.264 under its FourCC gives what it gives in the first form', () => {
    const { frames, configs, demuxer } = demux();
    demuxer.tag('video', 0, hex(`90 ${avc1} ${mainProfile720p}`));
    demuxer.tag('video', 40, hex(`91 ${avc1} ffffd8 00000001 65`));
    demuxer.tag('video', 80, hex(`a3 ${avc1} 00000001 41`));
    expect(configs).toMatchObject([{ codec: 'avc1.4d401f', width: 1280, height: 720 }]);
    expect(frames).toMatchObject([
      { timestampMs: 40, compositionOffsetMs: -40, isKeyFrame: true, data: hex('00000001 65') },
      { timestampMs: 80, compositionOffsetMs: 0, isKeyFrame: false, data: hex('00000001 41') },
    ]);
  });

  test('AAC under its FourCC gives what it gives in the first form', () => {
    const { frames, configs, demuxer } = demux();
    demuxer.tag('audio', 0, hex(`90 ${mp4a} 1190`));
    demuxer.tag('audio', 23, hex(`91 ${mp4a} 2100`));
    expect(configs).toMatchObject([{ codec: 'mp4a.40.2', sampleRate: 48_000 }]);
    expect(frames).toMatchObject([{ track: 'audio', timestampMs: 23, data: hex('2100') }]);
  });

  test('Opus gives its configuration and its packets', () => {
    const { frames, configs, demuxer } = demux();
    demuxer.tag('audio', 0, hex('90 4f707573 4f70757348656164 01 02 3801 80bb0000 0000 00'));
    demuxer.tag('audio', 20, hex('91 4f707573 fcfffe'));
    expect(configs).toMatchObject([{ codec: 'opus', sampleRate: 48_000, channels: 2 }]);
    expect(frames).toMatchObject([{ track: 'audio', timestampMs: 20, data: hex('fcfffe') }]);
  });

  test('modifiers in front of a packet are passed over, metadata and ends as well', () => {
    const { frames, demuxer } = demux();
    demuxer.tag('video', 0, hex(`90 ${avc1} ${mainProfile720p}`));
    demuxer.tag('video', 0, hex(`94 ${avc1} 0200`));
    demuxer.tag('video', 0, hex(`92 ${avc1}`));
    demuxer.tag('video', 40, hex(`97 02 0f4240 03 ${avc1} 00000001 65`));
    const long = '00'.repeat(300);
    demuxer.tag('video', 80, hex(`97 ff 012b ${long} 03 ${avc1} 00000001 65`));
    expect(frames.map((frame) => frame.timestampMs)).toEqual([40, 80]);
  });

  test.each([
    '97',
    '97 02 00',
    '97 ff ffff 00',
    '97 00 00 07 00 00 07 00 00 07 00 00 07 00 00 07 00 00 01',
    '91 6176',
    '91 61766331 00',
  ])('a tag that is cut short is passed over: %s', (body) => {
    const { frames, demuxer } = demux();
    demuxer.tag('video', 0, videoHeader);
    demuxer.tag('video', 0, hex(body));
    expect(frames).toEqual([]);
  });

  test.each([
    ['video', '90 68766331 01', 'video codec hvc1: only H.264 is accepted'],
    ['video', '90 61763031 81', 'video codec av01: only H.264 is accepted'],
    ['video', '90 76703039 01', 'video codec vp09: only H.264 is accepted'],
    ['video', '91 000a7f22 01', 'video codec ???": only H.264 is accepted'],
    ['video', '96 00 61766331', 'several video tracks in one stream: only one is accepted'],
    ['audio', '95 00 6d703461', 'several audio tracks in one stream: only one is accepted'],
    ['audio', '90 61632d33 00', 'audio codec ac-3: only AAC and Opus are accepted'],
  ] as const)('%s %s is refused by name', (kind, body, message) => {
    expect(() => demux().demuxer.tag(kind, 0, hex(body))).toThrow(message);
  });
});

describe('FLV files', () => {
  test('what is no FLV is refused', () => {
    expect(() => [...readFlvTags(Buffer.from('RIFF....WAVE'))]).toThrow('not an FLV file');
  });

  test('a tag that is cut short ends the file', async () => {
    const file = Buffer.concat([
      hex('464c5601 05 00000009 00000000'),
      hex('08 000004 000064 00 000000 af001210 0000000f'),
      hex('09 0000ff 000064 00 000000 17'),
    ]);
    expect([...readFlvTags(file)]).toEqual([{ kind: 'audio', timestampMs: 100, body: audioHeader }]);
  });
});
