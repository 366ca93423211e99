import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientFrame } from '../../test/support/browser-publisher.ts';
import { FrameReader, type WebSocketMessage } from './frame-reader.ts';
import { IngestError } from './ingest-error.ts';

function read(...pieces: Buffer[]): WebSocketMessage[] {
  const messages: WebSocketMessage[] = [];
  const reader = new FrameReader(
    () => 100_000,
    (message) => messages.push(message),
  );
  for (const piece of pieces) reader.push(piece);
  return messages;
}

const payloads = [0, 1, 125, 126, 65_535, 65_536].map((length) => Buffer.alloc(length, 'VybeKart'));

describe('WebSocket frames of a client', () => {
  test('are read at every length of the length field', () => {
    const bytes = Buffer.concat(payloads.map((payload) => clientFrame(payload)));
    expect(read(bytes).map(({ payload }) => payload)).toEqual(payloads);
  });

  test('are read the same when they are split at any byte', () => {
    const bytes = Buffer.concat([
      clientFrame(Buffer.from('one')),
      clientFrame(Buffer.from('tw'), { isFinal: false }),
      clientFrame(Buffer.from('are you there'), { opcode: 9 }),
      clientFrame(Buffer.from('o'), { opcode: 0 }),
      clientFrame(Buffer.alloc(130, 3), { opcode: 1 }),
    ]);
    const whole = read(bytes);
    expect(whole.map(({ opcode, payload }) => `${opcode} ${payload.subarray(0, 3)}`)).toEqual([
      '2 one',
      '9 are',
      '2 two',
      `1 ${'\x03'.repeat(3)}`,
    ]);
    for (let at = 1; at < bytes.length; at++) {
      expect(read(bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole);
    }
    expect(read(...[...bytes].map((byte) => Buffer.of(byte)))).toEqual(whole);
  });

  test.each<[string, Buffer]>([
    ['bad_frame: a client has to mask', clientFrame(Buffer.from('x'), { isMasked: false })],
    ['bad_frame: reserved bits', Buffer.of(0xc2, 0x80, 0, 0, 0, 0)],
    ['bad_frame: opcode 3', clientFrame(Buffer.alloc(0), { opcode: 3 })],
    ['bad_frame: opcode 11', clientFrame(Buffer.alloc(0), { opcode: 11 })],
    ['bad_frame: a control frame', clientFrame(Buffer.alloc(126), { opcode: 9 })],
    ['bad_frame: a control frame', clientFrame(Buffer.alloc(1), { opcode: 8, isFinal: false })],
    ['bad_frame: a fragment', clientFrame(Buffer.alloc(1), { opcode: 0 })],
    [
      'bad_frame: a fragment',
      Buffer.concat([clientFrame(Buffer.alloc(1), { isFinal: false }), clientFrame(Buffer.alloc(1))]),
    ],
    [
      'bad_frame: a message in more than 256 fragments',
      Buffer.concat([
        clientFrame(Buffer.alloc(1), { isFinal: false }),
        ...Array.from({ length: 300 }, () => clientFrame(Buffer.alloc(0), { opcode: 0, isFinal: false })),
      ]),
    ],
    ['message_too_long: a message of more than 100000', clientFrame(Buffer.alloc(0), { length: 2 ** 52 })],
    [
      'message_too_long: a message of more than 100000',
      Buffer.concat([
        clientFrame(Buffer.alloc(60_000), { isFinal: false }),
        clientFrame(Buffer.alloc(0), { opcode: 0, length: 60_000 }),
      ]),
    ],
  ])('%s', (reason, bytes) => {
    const failure = () => {
      try {
        read(bytes);
        return 'read';
      } catch (error) {
        return error instanceof IngestError ? `${error.code}: ${error.message}` : error;
      }
    };
    expect(failure()).toContain(reason);
  });

  test('random bytes are read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          read(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(IngestError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
