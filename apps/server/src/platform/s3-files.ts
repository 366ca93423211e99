import type { S3Client } from '@aws-sdk/client-s3';
import { AppError } from './app-error.ts';
import { Files, isFileName } from './files.ts';
import { openS3Client, type S3Settings } from './s3-client.ts';

type Sdk = typeof import('@aws-sdk/client-s3');

/**
 * Below `uploads/` in a bucket of S3 or of a store that speaks its protocol, where every node finds them. What was
 * saved before there was a bucket is read from `older`. Limit: each read is one request to the store; a cache in front
 * of the server keeps what it has served.
 */
export class S3Files extends Files {
  readonly place: string;

  private constructor(
    private readonly sdk: Sdk,
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly older: Files,
  ) {
    super();
    this.place = `S3, bucket ${bucket}`;
  }

  static async open(settings: S3Settings, older: Files): Promise<S3Files> {
    const sdk = await import('@aws-sdk/client-s3');
    return new S3Files(sdk, openS3Client(sdk.S3Client, settings), settings.bucket, older);
  }

  close(): void {
    this.client.destroy();
  }

  async save(name: string, content: Buffer): Promise<void> {
    if (!isFileName(name)) throw new Error(`${JSON.stringify(name)} is no file name of ours`);
    const object = { Bucket: this.bucket, Key: keyOf(name), Body: content };
    await this.client.send(new this.sdk.PutObjectCommand(object)).catch(unavailable);
  }

  async read(name: string): Promise<Buffer | null> {
    if (!isFileName(name)) return null;
    try {
      const object = { Bucket: this.bucket, Key: keyOf(name) };
      const { Body } = await this.client.send(new this.sdk.GetObjectCommand(object));
      return Body ? Buffer.from(await Body.transformToByteArray()) : null;
    } catch (error) {
      return error instanceof this.sdk.NoSuchKey ? this.older.read(name) : unavailable(error);
    }
  }
}

const keyOf = (name: string) => `uploads/${name}`;

function unavailable(cause: unknown): never {
  throw new AppError('unavailable', { retryAfterMs: 1000 }, { cause });
}
