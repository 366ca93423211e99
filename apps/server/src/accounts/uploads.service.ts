import type { Upload } from '@vybekart/contract';
import sharp from 'sharp';
import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { Files } from '../platform/files.ts';
import { newId } from '../platform/ids.ts';
import type { Rate, RateLimits } from '../platform/rate-limits.ts';
import { uploadUrl } from './upload-url.ts';

const maxPixels = 25_000_000;
const maxSidePixels = 1600;
const uploadRate: Rate = { burst: 60, refillMs: 10_000 };

/** Pictures that people send. What is kept is our own re-encoding: no metadata, no trailing bytes, no other format. */
export class UploadsService {
  readonly #busy = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly files: Files,
    private readonly limits: RateLimits,
  ) {}

  /** `content`: at most 5 MB, JPEG, PNG or WebP by content whatever its name says. One at a time for each person. */
  async save(ownerId: string, content: Buffer): Promise<Upload> {
    const retryAfterMs = this.limits.take(`upload:${ownerId}`, uploadRate);
    if (retryAfterMs > 0) throw new AppError('rate_limited', { retryAfterMs });
    if (this.#busy.has(ownerId)) throw new AppError('rate_limited', { retryAfterMs: 1000 });
    this.#busy.add(ownerId);
    try {
      const picture = await reencode(content);
      const id = newId();
      await this.files.save(`${id}.webp`, picture.data);
      const { width, height, size } = picture.info;
      await this.database.db
        .insertInto('uploads')
        .values({ id, owner_id: ownerId, width, height, byte_count: size })
        .execute();
      return { id, url: uploadUrl(id), width, height };
    } finally {
      this.#busy.delete(ownerId);
    }
  }

  /** What is kept under the name of a picture, WebP; throws `not_found`. */
  async picture(name: string): Promise<Buffer> {
    const content = await this.files.read(name);
    if (!content) throw new AppError('not_found');
    return content;
  }

  /** Throws `validation_failed` at `field` unless every id is an upload of this person. */
  async requireOwned(ownerId: string, ids: readonly string[], field: string): Promise<void> {
    if (ids.length === 0) return;
    const rows = await this.database.db
      .selectFrom('uploads')
      .select('id')
      .where('owner_id', '=', ownerId)
      .where('id', 'in', [...ids])
      .execute();
    if (rows.length === new Set(ids).size) return;
    throw new AppError('validation_failed', {
      fields: [{ path: field, code: 'unknown_upload', detail: 'names a picture that you did not upload' }],
    });
  }
}

async function reencode(content: Buffer) {
  if (!isAcceptedFormat(content)) throw new AppError('image_invalid');
  try {
    return await sharp(content, { limitInputPixels: maxPixels, failOn: 'error', pages: 1 })
      .timeout({ seconds: 10 })
      .rotate()
      .resize(maxSidePixels, maxSidePixels, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 82 })
      .toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw new AppError('image_invalid', {}, { cause: error });
  }
}

/** By the first bytes (JPEG SOI, PNG signature, RIFF....WEBP): sharp would read SVG and others, too. */
function isAcceptedFormat(content: Buffer): boolean {
  const isJpeg = content.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]));
  const isPng = content.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'));
  const isWebp = content.toString('latin1', 0, 4) === 'RIFF' && content.toString('latin1', 8, 12) === 'WEBP';
  return isJpeg || isPng || isWebp;
}
