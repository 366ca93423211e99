import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { openS3Client, type S3Settings } from '../platform/s3-client.ts';
import type { ByteRange, RecordingArchive } from './embedded-media.ts';

/** S3 takes parts of 5 MiB and more, 10,000 of them: files of up to 156 GiB. */
const PART_BYTES = 16 * 1024 * 1024;
const MOST_KEYS = 1_000;

/**
 * Recordings in a bucket of S3 or of a store that speaks its protocol, below `recordings/`. A large file goes up in
 * parts, and is there at once when all of them are; what a killed process had begun is taken away by the next try.
 */
class S3Archive implements RecordingArchive {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(settings: S3Settings) {
    this.#bucket = settings.bucket;
    this.#client = openS3Client(S3Client, settings);
  }

  async put(name: string, file: string, bytes: number): Promise<void> {
    const Key = keyOf(name);
    await using handle = await open(file);
    const read = async (from: number) => {
      const part = Buffer.allocUnsafe(Math.min(PART_BYTES, bytes - from));
      const { bytesRead } = await handle.read(part, 0, part.length, from);
      if (bytesRead < part.length) throw new Error(`${name} is shorter than its index says`);
      return part;
    };
    if (bytes <= PART_BYTES) {
      const Body = await read(0);
      await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key, Body }));
    } else {
      await this.#putInParts(Key, bytes, read);
    }
  }

  async read(name: string): Promise<Buffer | null> {
    try {
      const { Body } = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: keyOf(name) }),
      );
      return Body ? Buffer.from(await Body.transformToByteArray()) : null;
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  }

  async open(name: string, { start, end }: ByteRange): Promise<Readable> {
    const { Body } = await this.#client.send(
      new GetObjectCommand({
        Bucket: this.#bucket,
        Key: keyOf(name),
        Range: `bytes=${start}-${end}`,
      }),
    );
    if (!(Body instanceof Readable)) throw new Error(`${name} has no content`);
    return Body;
  }

  async remove(id: string): Promise<void> {
    await this.#abortUploads(`${keyOf(id)}/`);
    for (const key of await this.#list(`${keyOf(id)}/`)) {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
    }
  }

  async #putInParts(Key: string, bytes: number, read: (from: number) => Promise<Buffer>): Promise<void> {
    const object = { Bucket: this.#bucket, Key };
    await this.#abortUploads(Key);
    const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand(object));
    try {
      const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
      for (let from = 0; from < bytes; from += PART_BYTES) {
        const PartNumber = Parts.length + 1;
        const Body = await read(from);
        const part = new UploadPartCommand({ ...object, UploadId, PartNumber, Body });
        const { ETag } = await this.#client.send(part);
        Parts.push({ PartNumber, ETag });
      }
      const whole = { ...object, UploadId, MultipartUpload: { Parts } };
      await this.#client.send(new CompleteMultipartUploadCommand(whole));
    } catch (error) {
      await this.#client.send(new AbortMultipartUploadCommand({ ...object, UploadId })).catch(() => {});
      throw error;
    }
  }

  /** Parts of uploads that nobody completed are paid for and seen by nobody. */
  async #abortUploads(Prefix: string): Promise<void> {
    const { Uploads = [] } = await this.#client.send(
      new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix }),
    );
    for (const { Key, UploadId } of Uploads) {
      await this.#client.send(new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key, UploadId }));
    }
  }

  async #list(Prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix,
          MaxKeys: MOST_KEYS,
          ContinuationToken,
        }),
      );
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return keys;
  }
}

/** For a media server, wherever it runs; this module and its SDK are loaded when a recording moves or is looked for. */
export async function openArchive(settings: S3Settings): Promise<RecordingArchive> {
  return new S3Archive(settings);
}

const keyOf = (name: string) => `recordings/${name}`;
