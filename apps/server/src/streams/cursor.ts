import { AppError } from '../platform/app-error.ts';

/** An opaque page cursor from the parts of a sort key; the parts must not hold a space. */
export function encodeCursor(...parts: (string | number)[]): string {
  return Buffer.from(parts.join(' ')).toString('base64url');
}

/** The parts of a cursor that matches `shape`; throws `validation_failed` for any other text. */
export function decodeCursor(cursor: string, shape: RegExp): string[] {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!shape.test(text)) {
    throw new AppError('validation_failed', {
      fields: [{ path: 'cursor', code: 'format', detail: 'is not a cursor of this list' }],
    });
  }
  return text.split(' ');
}

export const uuidPattern = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
