import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChunkReader } from './chunk-reader.ts';
import { encodeChunks, type RtmpMessage } from './chunk-writer.ts';
import { defaultRtmpLimits } from './limits.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'hex');

function reader(limits: Partial<typeof defaultRtmpLimits> = {}) {
  const messages: RtmpMessage[] = [];
  const chunks = new ChunkReader({ ...defaultRtmpLimits, ...limits }, (message) =>
    messages.push({ ...message, payload: Buffer.from(message.payload) }),
  );
  return { messages, chunks };
}

function readAll(bytes: Buffer, chunkSize = 128): RtmpMessage[] {
  const { messages, chunks } = reader();
  chunks.setChunkSize(chunkSize);
  chunks.push(bytes);
  return messages;
}

describe('chunk headers', () => {
  test('type 0 carries everything, types 1 to 3 repeat more and more of it', () => {
    const messages = readAll(
      hex(`04 000064 000002 08 01000000 aaaa
           44 000014 000001 09 bb
           84 000015 cc
           c4 dd`),
    );
    expect(
      messages.map(({ type, timestampMs, messageStreamId, payload }) => [
        type,
        timestampMs,
        messageStreamId,
        payload.toString('hex'),
      ]),
    ).toEqual([
      [8, 100, 1, 'aaaa'],
      [9, 120, 1, 'bb'],
      [9, 141, 1, 'cc'],
      [9, 162, 1, 'dd'],
    ]);
  });

  test('a type 3 message after a type 0 repeats its timestamp as the delta', () => {
    const messages = readAll(hex('04 000028 000001 08 01000000 aa c4 bb'));
    expect(messages.map((message) => message.timestampMs)).toEqual([40, 80]);
  });

  test('chunk stream ids of two and three bytes', () => {
    const messages = readAll(hex('00 00 000001 000001 08 00000000 aa 01 0500 000002 000001 08 00000000 bb'));
    expect(messages.map((message) => message.payload.toString('hex'))).toEqual(['aa', 'bb']);
  });

  test('timestamps beyond 24 bits are extended, in every chunk of the message', () => {
    const message = { type: 9, timestampMs: 0xfffffff0, messageStreamId: 1, payload: Buffer.alloc(300, 7) };
    const encoded = encodeChunks(message, 6, 128);
    expect(encoded.length).toBe(12 + 4 + 300 + 2 * 5);
    expect(readAll(encoded)).toEqual([message]);
  });

  test('an extended delta counts on and wraps', () => {
    const messages = readAll(hex('04 ffffff 000001 08 01000000 fffffff0 aa 84 000020 bb'));
    expect(messages.map((message) => message.timestampMs)).toEqual([0xfffffff0, 0x10]);
  });

  test('a control stream that opens with a type 1 header is understood', () => {
    expect(readAll(hex('42 000005 000004 03 00000001'))).toHaveLength(1);
  });

  test('messages of several chunk streams may interleave', () => {
    const one = encodeChunks(
      { type: 9, timestampMs: 1, messageStreamId: 1, payload: Buffer.alloc(256, 1) },
      6,
      128,
    );
    const two = encodeChunks(
      { type: 8, timestampMs: 2, messageStreamId: 1, payload: Buffer.alloc(200, 2) },
      4,
      128,
    );
    const firstChunk = 12 + 128;
    const messages = readAll(Buffer.concat([one.subarray(0, firstChunk), two, one.subarray(firstChunk)]));
    expect(messages.map((message) => message.payload)).toEqual([Buffer.alloc(200, 2), Buffer.alloc(256, 1)]);
  });

  test('an empty message is a message', () => {
    expect(readAll(hex('03 000000 000000 14 00000000'))).toHaveLength(1);
  });

  test('an aborted message is forgotten and the next one on its chunk stream starts anew', () => {
    const { messages, chunks } = reader();
    const long = encodeChunks(
      { type: 9, timestampMs: 0, messageStreamId: 1, payload: Buffer.alloc(200, 1) },
      6,
      128,
    );
    chunks.push(long.subarray(0, 12 + 128));
    chunks.abort(6);
    chunks.push(encodeChunks({ type: 9, timestampMs: 0, messageStreamId: 1, payload: hex('aa') }, 6, 128));
    expect(messages.map((message) => message.payload.toString('hex'))).toEqual(['aa']);
  });
});

describe('any split of the bytes gives the same messages', () => {
  const messages: RtmpMessage[] = [
    { type: 20, timestampMs: 0, messageStreamId: 0, payload: Buffer.from('connect') },
    { type: 9, timestampMs: 0x1000000, messageStreamId: 1, payload: Buffer.alloc(400, 3) },
    { type: 8, timestampMs: 40, messageStreamId: 1, payload: Buffer.alloc(129, 4) },
  ];
  const bytes = Buffer.concat(messages.map((message, i) => encodeChunks(message, 3 + i, 128)));

  test('at every byte', () => {
    for (let at = 0; at <= bytes.length; at++) {
      const { messages: got, chunks } = reader();
      chunks.push(bytes.subarray(0, at));
      chunks.push(bytes.subarray(at));
      expect(got).toEqual(messages);
    }
  });

  test('byte by byte', () => {
    const { messages: got, chunks } = reader();
    for (const byte of bytes) chunks.push(Buffer.of(byte));
    expect(got).toEqual(messages);
  });

  test('at random places, for random messages and chunk sizes', () => {
    const message = fc.record({
      type: fc.constantFrom(8, 9, 18, 20),
      timestampMs: fc.nat({ max: 0xffffffff }),
      messageStreamId: fc.nat({ max: 5 }),
      payload: fc.uint8Array({ maxLength: 700 }).map((each) => Buffer.from(each)),
    });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 6 }),
        fc.integer({ min: 1, max: 900 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 }),
        (sent, chunkSize, sizes) => {
          const stream = Buffer.concat(sent.map((each, i) => encodeChunks(each, 3 + (i % 4), chunkSize)));
          const { messages: got, chunks } = reader();
          chunks.setChunkSize(chunkSize);
          for (let at = 0, i = 0; at < stream.length; i++) {
            const size = sizes[i % sizes.length] ?? 1;
            chunks.push(stream.subarray(at, at + size));
            at += size;
          }
          expect(got).toEqual(sent);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('limits', () => {
  const header = (csid: number, length: number) => {
    const out = Buffer.alloc(12);
    out[0] = csid;
    out.writeUIntBE(length, 4, 3);
    out[7] = 9;
    return out;
  };

  test.each([
    ['bad_chunk_header', 'a type 3 header on a new chunk stream', hex('c4')],
    ['bad_chunk_header', 'a type 2 header on a new chunk stream', hex('84 000001')],
    [
      'bad_chunk_header',
      'a new header inside a message',
      hex(`04 000000 000100 08 00000000 ${'aa'.repeat(128)} 04 000000 000001 08 00000000`),
    ],
    ['message_too_long', 'a message of 16 MB before publish', header(4, 0xffffff)],
  ])('%s: %s', (code, _, bytes) => {
    expect(() => reader().chunks.push(bytes)).toThrow(expect.objectContaining({ code }));
  });

  test('a message above its limit is refused from its header alone', () => {
    const { chunks } = reader({ messageBytes: 1_000 });
    chunks.trust();
    chunks.push(Buffer.concat([header(4, 1_000), Buffer.alloc(128)]));
    expect(() => chunks.push(header(5, 1_001))).toThrow(
      expect.objectContaining({ code: 'message_too_long' }),
    );
  });

  test('unfinished messages may not reserve more than the assembly limit', () => {
    const { chunks } = reader({ assemblyBytes: 9_000, messageBytes: 4_000 });
    chunks.trust();
    const begin = (csid: number) => chunks.push(Buffer.concat([header(csid, 4_000), Buffer.alloc(128)]));
    begin(4);
    begin(5);
    expect(() => begin(6)).toThrow(expect.objectContaining({ code: 'too_much_in_assembly' }));
  });

  test('only so many messages may be unfinished at once', () => {
    const { chunks } = reader();
    const begin = (csid: number) => chunks.push(Buffer.concat([header(csid, 200), Buffer.alloc(128)]));
    for (let csid = 4; csid < 12; csid++) begin(csid);
    expect(() => begin(12)).toThrow(expect.objectContaining({ code: 'too_many_chunk_streams' }));
  });

  test('only so many chunk streams may be used at all', () => {
    const { chunks } = reader({ chunkStreams: 3 });
    for (const csid of [3, 4, 5]) chunks.push(Buffer.concat([header(csid, 1), Buffer.alloc(1)]));
    expect(() => chunks.push(header(6, 1))).toThrow(
      expect.objectContaining({ code: 'too_many_chunk_streams' }),
    );
  });

  test.each([0, 65_537, 0x7fffffff])('a chunk size of %i is refused before publish', (size) => {
    expect(() => reader().chunks.setChunkSize(size)).toThrow(
      expect.objectContaining({ code: 'bad_chunk_size' }),
    );
  });

  test('random bytes end in a message or in an error with a code, and never hang', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const { chunks } = reader();
        try {
          chunks.push(Buffer.from(bytes));
        } catch (error) {
          expect(error).toHaveProperty('name', 'RtmpError');
        }
      }),
      { numRuns: 500 },
    );
  });
});
