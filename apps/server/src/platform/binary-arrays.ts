/**
 * Arrays as parameters of statements in PostgreSQL's binary format, which costs both sides much less than text does:
 * of one dimension, each element with its length (`array_send` of PostgreSQL's arrayfuncs.c). The statement casts the
 * parameter to the array's type.
 */
export const int4Array = (values: readonly number[]) =>
  encode(elementTypes.int4, values, fourBytes, (buffer, value, offset) => buffer.writeInt32BE(value, offset));

/** Throws a RangeError for what is no UUID. */
export const uuidArray = (values: readonly (string | null)[]) =>
  encode(elementTypes.uuid, values, sixteenBytes, writeUuid);

export const textArray = (values: readonly (string | null)[]) =>
  encode(elementTypes.text, values, Buffer.byteLength, (buffer, value, offset) =>
    buffer.write(value, offset),
  );

export const byteaArray = (values: readonly Buffer[]) =>
  encode(
    elementTypes.bytea,
    values,
    (value) => value.length,
    (buffer, value, offset) => value.copy(buffer, offset),
  );

/** Where the two digits of each byte stand in a UUID. */
const digitPositions = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
/** By character code; -1 for what is no hexadecimal digit. */
const digitValues = Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()),
);
const digitAt = (text: string, position: number) => digitValues[text.charCodeAt(position)] ?? -1;

/** A loop, because `Buffer.write` of the digits without their dashes takes longer. */
function writeUuid(buffer: Buffer, uuid: string, offset: number): void {
  let end = offset;
  let isHex = uuid.length === 36;
  for (const position of digitPositions) {
    const byte = (digitAt(uuid, position) << 4) | digitAt(uuid, position + 1);
    isHex &&= byte >= 0;
    end = buffer.writeUInt8(byte & 0xff, end);
  }
  if (!isHex) throw new RangeError('not a UUID');
}

/** As in the system table pg_type. */
const elementTypes = { bytea: 17, int4: 23, text: 25, uuid: 2950 } as const;
const fourBytes = () => 4;
const sixteenBytes = () => 16;
const headerBytes = 20;

function encode<Value>(
  elementType: number,
  values: readonly (Value | null)[],
  lengthOf: (value: Value) => number,
  write: (buffer: Buffer, value: Value, offset: number) => void,
): Buffer {
  let bytes = headerBytes;
  for (const value of values) bytes += 4 + (value === null ? 0 : lengthOf(value));
  const buffer = Buffer.allocUnsafe(bytes);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(1, 4);
  buffer.writeInt32BE(elementType, 8);
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
  let offset = headerBytes;
  for (const value of values) {
    const length = value === null ? 0 : lengthOf(value);
    buffer.writeInt32BE(value === null ? -1 : length, offset);
    if (value !== null) write(buffer, value, offset + 4);
    offset += 4 + length;
  }
  return buffer;
}
