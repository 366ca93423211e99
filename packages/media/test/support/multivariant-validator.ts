import { attributes } from './playlist-reader.ts';
import { compareVariants } from './second-reader.ts';

export interface Variant {
  uri: string;
  bandwidth: number;
  attributes: Record<string, string>;
}

/** What a CODECS attribute may name here, RFC 6381. */
const CODEC = /^(avc1\.[0-9a-f]{6}|vp09(\.\d{2}){3}|mp4a\.40\.\d{1,2}|opus)$/;

/** Reads a multivariant playlist and throws with the rule of RFC 8216bis that it breaks. */
export function checkMultivariant(text: string): Variant[] {
  const lines = text.split('\n');
  rule(lines[0] === '#EXTM3U', 'the first line is #EXTM3U (4.4.1.1)');
  rule(lines.at(-1) === '', 'the last line ends as a line does');
  rule(
    lines.filter((line) => line.startsWith('#EXT-X-VERSION:')).length === 1,
    'one EXT-X-VERSION (4.4.1.2)',
  );
  const variants: Variant[] = [];
  for (const [i, line] of lines.entries()) {
    rule(!/^#EXT(INF|-X-(TARGETDURATION|PART|MAP|MEDIA-SEQUENCE))/.test(line), `${line} in it (4.1)`);
    if (!line.startsWith('#EXT-X-STREAM-INF:')) {
      rule(line.startsWith('#') || line === '' || isVariant(lines[i - 1]), `${line} has no EXT-X-STREAM-INF`);
      continue;
    }
    const uri = lines[i + 1] ?? '';
    rule(uri !== '' && !uri.startsWith('#'), 'an address follows EXT-X-STREAM-INF (4.4.6.2)');
    variants.push(checkVariant(uri, attributes(line.slice(line.indexOf(':') + 1))));
  }
  rule(variants.length > 0, 'there is a variant');
  rule(new Set(variants.map(({ uri }) => uri)).size === variants.length, 'each variant has its own address');
  compareVariants(text, variants);
  return variants;
}

const isVariant = (line: string | undefined) => line?.startsWith('#EXT-X-STREAM-INF:') ?? false;

function checkVariant(uri: string, found: Record<string, string>): Variant {
  const { BANDWIDTH = '', CODECS = '', RESOLUTION } = found;
  const average = found['AVERAGE-BANDWIDTH'];
  const rate = found['FRAME-RATE'];
  rule(/^[1-9]\d*$/.test(BANDWIDTH), 'BANDWIDTH is a positive integer (4.4.6.2)');
  rule(
    average === undefined || (/^[1-9]\d*$/.test(average) && Number(average) <= Number(BANDWIDTH)),
    'AVERAGE-BANDWIDTH is an integer and no more than BANDWIDTH (4.4.6.2)',
  );
  const codecs = CODECS.split(',');
  rule(
    codecs.every((codec) => CODEC.test(codec)),
    `CODECS="${CODECS}" names what there is (RFC 6381)`,
  );
  const hasVideo = codecs.some((codec) => codec.startsWith('avc1') || codec.startsWith('vp09'));
  rule(hasVideo === /^[1-9]\d*x[1-9]\d*$/.test(RESOLUTION ?? ''), 'video has its RESOLUTION, sound none');
  rule(
    rate === undefined || (hasVideo && /^\d+\.\d{3}$/.test(rate)),
    'FRAME-RATE has three decimals (4.4.6.2)',
  );
  return { uri, bandwidth: Number(BANDWIDTH), attributes: found };
}

function rule(holds: boolean, broken: string): void {
  if (!holds) throw new Error(`multivariant playlist breaks RFC 8216bis: ${broken}`);
}
