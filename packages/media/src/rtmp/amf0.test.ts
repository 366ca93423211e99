import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AmfValue, decodeAmf, encodeAmf } from './amf0.ts';
import { defaultRtmpLimits } from './limits.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'hex');
const decode = (bytes: Buffer) => decodeAmf(bytes, defaultRtmpLimits);

describe('AMF0 values', () => {
  test.each<[string, string, AmfValue]>([
    ['number', '00 3ff8000000000000', 1.5],
    ['boolean', '01 01', true],
    ['string', '02 0004 6c697665', 'live'],
    ['object', '03 0003 617070 02 0004 6c697665 0000 09', { app: 'live' }],
    ['null', '05', null],
    ['undefined', '06', null],
    ['ECMA array', '08 00000063 0001 61 05 0000 09', { a: null }],
    ['strict array', '0a 00000002 05 01 00', [null, false]],
    ['date', '0b 4079000000000000 0000', 400],
    ['long string', '0c 00000002 6869', 'hi'],
  ])('%s', (_, bytes, value) => {
    expect(decode(hex(bytes))).toEqual([value]);
  });

  test('what is encoded decodes to itself', () => {
    const value: fc.Arbitrary<AmfValue> = fc.letrec<{ value: AmfValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.double({ noNaN: true }),
        fc.boolean(),
        fc.string({ maxLength: 40 }),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc
          .dictionary(fc.string({ minLength: 1, maxLength: 10 }), tie('value'), { maxKeys: 4 })
          .map((object) => Object.assign(Object.create(null), object)),
      ),
    })).value;
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), (values) => {
        expect(decode(encodeAmf(...values))).toEqual(values);
      }),
    );
  });

  test('a key named __proto__ is a key like any other', () => {
    const [object] = decode(hex('03 0009 5f5f70726f746f5f5f 03 0007 697341646d696e 01 01 0000 09 0000 09'));
    expect(Object.getPrototypeOf(object)).toBeNull();
    expect((object as Record<string, unknown>).isAdmin).toBeUndefined();
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });
});

describe('AMF0 that is refused', () => {
  test.each([
    ['a number cut short', hex('00 3ff8')],
    ['a string longer than its message', hex('02 0010 6869')],
    ['an object without end', hex('03 0001 61 05')],
    ['an unknown marker', hex('11')],
    ['an array that promises four billion values', hex('0a ffffffff 05')],
    ['a string above the limit', Buffer.concat([hex('0c 00001001'), Buffer.alloc(0x1001)])],
    ['values nested 17 deep', Buffer.concat(Array.from({ length: 18 }, () => hex('0a 00000001')))],
    ['20,000 nested arrays', Buffer.concat(Array.from({ length: 20_000 }, () => hex('0a 00000001')))],
    ['more values than allowed', Buffer.alloc(513, 5)],
  ])('%s', (_, bytes) => {
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: 'bad_amf' }));
  });

  test('random bytes decode or are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decode(Buffer.from(bytes));
        } catch (error) {
          expect(error).toHaveProperty('code', 'bad_amf');
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
