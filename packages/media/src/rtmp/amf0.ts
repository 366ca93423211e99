import type { RtmpLimits } from './limits.ts';
import { RtmpError } from './rtmp-error.ts';

/** Objects have a null prototype: a key named `__proto__` is a key like any other. */
export type AmfValue = number | boolean | string | null | AmfObject | AmfValue[];
export interface AmfObject {
  [key: string]: AmfValue;
}

/** Type markers, AMF0 specification section 2.1. */
const marker = {
  number: 0,
  boolean: 1,
  string: 2,
  object: 3,
  null: 5,
  undefined: 6,
  ecmaArray: 8,
  objectEnd: 9,
  strictArray: 10,
  date: 11,
  longString: 12,
} as const;

export type AmfLimits = Pick<RtmpLimits, 'amfDepth' | 'amfStringBytes' | 'amfValues'>;

/**
 * Decodes all values of a command body. Undefined becomes null, an ECMA array an object, a date its
 * milliseconds. Throws `RtmpError('bad_amf')` on anything cut short, unknown or over a limit.
 */
export function decodeAmf(bytes: Buffer, limits: AmfLimits): AmfValue[] {
  const decoder = new AmfDecoder(bytes, limits);
  const values: AmfValue[] = [];
  while (!decoder.isAtEnd) values.push(decoder.value(0));
  return values;
}

class AmfDecoder {
  readonly #bytes: Buffer;
  readonly #limits: AmfLimits;
  #at = 0;
  #valueCount = 0;

  constructor(bytes: Buffer, limits: AmfLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(depth: number): AmfValue {
    if (depth > this.#limits.amfDepth) throw badAmf(`values are nested deeper than ${this.#limits.amfDepth}`);
    if (++this.#valueCount > this.#limits.amfValues)
      throw badAmf(`more than ${this.#limits.amfValues} values`);
    const type = this.#take(1).readUInt8();
    switch (type) {
      case marker.number:
        return this.#take(8).readDoubleBE();
      case marker.boolean:
        return this.#take(1).readUInt8() !== 0;
      case marker.string:
        return this.#text(this.#take(2).readUInt16BE());
      case marker.longString:
        return this.#text(this.#take(4).readUInt32BE());
      case marker.object:
        return this.#object(depth);
      case marker.ecmaArray:
        // Its count is advisory; the end marker ends it.
        this.#take(4);
        return this.#object(depth);
      case marker.strictArray:
        return this.#array(this.#take(4).readUInt32BE(), depth);
      case marker.date:
        return this.#take(10).readDoubleBE();
      case marker.null:
      case marker.undefined:
        return null;
      default:
        throw badAmf(`type marker ${type} is not accepted`);
    }
  }

  #take(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw badAmf('value is cut short');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #text(length: number): string {
    if (length > this.#limits.amfStringBytes) throw badAmf(`string of ${length} bytes`);
    return this.#take(length).toString('utf8');
  }

  #object(depth: number): AmfObject {
    const object: AmfObject = Object.create(null);
    for (;;) {
      const key = this.#text(this.#take(2).readUInt16BE());
      if (key === '' && this.#bytes[this.#at] === marker.objectEnd) {
        this.#at++;
        return object;
      }
      object[key] = this.value(depth + 1);
    }
  }

  #array(count: number, depth: number): AmfValue[] {
    const array: AmfValue[] = [];
    for (let i = 0; i < count; i++) array.push(this.value(depth + 1));
    return array;
  }
}

/** Encodes the values of a command body, one after the other. Strings must be below 64 KB. */
export function encodeAmf(...values: AmfValue[]): Buffer {
  return Buffer.concat(values.map(encodeValue));
}

function encodeValue(value: AmfValue): Buffer {
  if (value === null) return Buffer.of(marker.null);
  switch (typeof value) {
    case 'number': {
      const out = Buffer.alloc(9);
      out.writeDoubleBE(value, 1);
      return out;
    }
    case 'boolean':
      return Buffer.of(marker.boolean, value ? 1 : 0);
    case 'string':
      return Buffer.concat([Buffer.of(marker.string), encodeText(value)]);
    default:
      return Array.isArray(value) ? encodeArray(value) : encodeObject(value);
  }
}

function encodeArray(values: AmfValue[]): Buffer {
  const head = Buffer.alloc(5);
  head[0] = marker.strictArray;
  head.writeUInt32BE(values.length, 1);
  return Buffer.concat([head, ...values.map(encodeValue)]);
}

function encodeObject(object: AmfObject): Buffer {
  const fields = Object.entries(object).flatMap(([key, value]) => [encodeText(key), encodeValue(value)]);
  return Buffer.concat([Buffer.of(marker.object), ...fields, Buffer.of(0, 0, marker.objectEnd)]);
}

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 255), bytes]);
}

function badAmf(message: string): RtmpError {
  return new RtmpError('bad_amf', message);
}
