import { describe, expect, test } from 'vitest';
import { UnsupportedMediaError } from '../shared/media.ts';
import { opusPacketSamples, parseOpusHead } from './opus.ts';

/** Identification headers as libopus and Chromium write them. */
const stereo = '4f70757348656164 01 02 3801 80bb0000 0000 00';
const mono44100 = '4f70757348656164 01 01 3801 44ac0000 00ff 00';
const parse = (header: string) => parseOpusHead(Buffer.from(header.replaceAll(' ', ''), 'hex'));

describe('Opus configuration', () => {
  test.each([
    ['stereo', stereo, 2, '00 02 0138 0000bb80 0000 00'],
    ['mono from 44.1 kHz with gain', mono44100, 1, '00 01 0138 0000bb80 ff00 00'],
  ])('%s', (_, header, channels, specificBox) => {
    expect(parse(header)).toEqual({
      kind: 'audio',
      codec: 'opus',
      sampleRate: 48_000,
      channels,
      samplesPerFrame: 960,
      decoderConfig: Buffer.from(specificBox.replaceAll(' ', ''), 'hex'),
    });
  });

  test.each([
    ['no identification header', ''],
    ['no identification header', '4f70757348656164 01 02 3801'],
    ['no identification header', stereo.replace('4f', '4e')],
    ['of version 16', stereo.replace('64 01', '64 10')],
    ['0 channels', stereo.replace('01 02', '01 00')],
    ['6 channels in mapping family 1', stereo.replace('01 02', '01 06').replace(/00$/, '01')],
  ])('is refused with the facts: %s', (fact, header) => {
    expect(() => parse(header)).toThrow(UnsupportedMediaError);
    expect(() => parse(header)).toThrow(fact);
  });

  test.each([
    ['one CELT frame of 20 ms', 'fcfffe', 960],
    ['one CELT frame of 2.5 ms', 'e000', 120],
    ['one SILK frame of 60 ms', '1800', 2_880],
    ['two frames of 20 ms', 'fd00', 1_920],
    ['six frames of 20 ms', 'ff0600', 5_760],
    ['seven frames of 20 ms, which is too long', 'ff0700', null],
    ['no frame at all', 'ff00', null],
    ['nothing', '', null],
  ])('a packet of %s says how long it is', (_, packet, samples) => {
    expect(opusPacketSamples(Buffer.from(packet, 'hex'))).toBe(samples);
  });
});
