import { expect, test } from 'vitest';
import { type AmfObject, decodeAmf } from '../src/rtmp/amf0.ts';
import { defaultRtmpLimits } from '../src/rtmp/limits.ts';
import { readShow, startMedia, until } from './support/media-rig.ts';
import { readSamples } from './support/mp4-reader.ts';
import { commandBytes, RawPeer } from './support/raw-peer.ts';
import { Viewer } from './support/viewer.ts';

/** What the server answers to a `connect` with these fields: the information object. */
async function answerTo(fields: AmfObject): Promise<AmfObject> {
  const rig = await startMedia();
  const peer = new RawPeer(rig.rtmpPort).handshake();
  peer.send(commandBytes('connect', 1, { app: 'live', ...fields }));
  const name = Buffer.from('\x02\x00\x07_result');
  await until('connected', () => peer.received.includes('Connect.Success'));
  await until('the answer is whole', () => peer.received.subarray(peer.received.indexOf(name)).length > 100);
  const answer = peer.received.subarray(peer.received.indexOf(name));
  peer.socket.destroy();
  const values = decodeAmf(answer, defaultRtmpLimits);
  return values.at(-1) as AmfObject;
}

test('an encoder that names its codecs by FourCC hears which of them are accepted', async () => {
  const answer = await answerTo({
    fourCcList: ['hvc1', 'avc1', 'Opus'],
    videoFourCcInfoMap: { '*': 7 },
    audioFourCcInfoMap: { '*': 7 },
    capsEx: 7,
  });
  expect(answer).toMatchObject({
    code: 'NetConnection.Connect.Success',
    fourCcList: ['avc1', 'mp4a', 'Opus'],
    videoFourCcInfoMap: { avc1: 4 },
    audioFourCcInfoMap: { mp4a: 4, Opus: 4 },
    capsEx: 0,
  });
});

test('an encoder that does not speak of FourCCs is answered without them', async () => {
  expect(Object.keys(await answerTo({}))).toEqual(['level', 'code', 'description', 'objectEncoding']);
});

test('a show whose tags are enhanced comes out as the same show', async () => {
  const rig = await startMedia();
  const publisher = await rig.connect('k');
  for (const tag of await readShow()) {
    if (tag.kind !== 'script') publisher.write({ ...tag, body: enhanced(tag.kind, tag.body) });
  }
  await until('all is in', () => rig.media.status('play-k')?.framesIn === 342);
  const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
  expect(viewer.variant).toMatchObject({ CODECS: 'avc1.64000c,mp4a.40.2', RESOLUTION: '320x180' });
  expect(rig.media.status('play-k')).toMatchObject({ keyFrameIntervalMs: 1_000, framesDropped: 0 });
});

test('H.264 with Opus plays, and every packet of sound comes out', async () => {
  const rig = await startMedia();
  const publisher = await rig.connect('k');
  const video = (await readShow()).filter((tag) => tag.kind === 'video');
  const opusHead = Buffer.from('904f7075734f707573486561640102380180bb0000000000', 'hex');
  publisher.write({ kind: 'audio', timestampMs: 0, body: opusHead });
  const packets = Array.from({ length: 250 }, (_, index) => ({
    kind: 'audio' as const,
    timestampMs: index * 20,
    body: Buffer.from([...Buffer.from('914f707573', 'hex'), 0xfc, index, 0xfe]),
  }));
  const tags = [...video, ...packets].sort((a, b) => a.timestampMs - b.timestampMs);
  for (const tag of tags)
    publisher.write(tag.kind === 'video' ? { ...tag, body: enhanced('video', tag.body) } : tag);
  await until('all is in', () => rig.media.status('play-k')?.framesIn === 375);
  publisher.close();
  await rig.happened('interrupted');
  rig.media.end('play-k');
  const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
  expect(viewer.variant.CODECS).toBe('avc1.64000c,opus');
  const sound = readSamples(await viewer.fetchSegments()).get(2) ?? [];
  expect(sound.map((sample) => sample.data[1])).toEqual(packets.map((packet) => packet.body[6]));
});

test.each([
  ['hvc1', '9068766331'],
  ['av01', '9061763031'],
  ['vp09', '9076703039'],
])('%s is refused with a status that names it', async (fourCc, body) => {
  const rig = await startMedia();
  const publisher = await rig.connect('k');
  publisher.write({ kind: 'video', timestampMs: 0, body: Buffer.from(body, 'hex') });
  await expect(publisher.closed).resolves.toBe(
    `NetStream.Publish.Rejected: video codec ${fourCc}: only H.264 is accepted`,
  );
});

/** The same tag under a FourCC: frame type and packet type share a byte, and the codec moves behind it. */
function enhanced(kind: 'audio' | 'video', body: Buffer): Buffer {
  const packetType = body.readUInt8(1);
  if (kind === 'audio')
    return Buffer.concat([Buffer.of(0x90 | packetType), Buffer.from('mp4a'), body.subarray(2)]);
  const head = Buffer.from([0x80 | (body.readUInt8(0) & 0x70) | packetType, ...Buffer.from('avc1')]);
  return Buffer.concat([head, body.subarray(packetType === 0 ? 5 : 2)]);
}
