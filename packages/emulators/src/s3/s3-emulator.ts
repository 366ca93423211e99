import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import { readBody } from '../read-body.ts';
import { isSigned } from '../sigv4.ts';
import { Bucket, type S3Answer, s3Error } from './bucket.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface S3EmulatorOptions {
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/**
 * A stand-in for S3 with one bucket, addressed by path, in memory: objects with ranges, multipart uploads, lists in
 * pages. Every request must be signed (AWS Signature Version 4). Successor: S3 itself.
 */
export class S3Emulator {
  readonly url: string;
  readonly bucket: Bucket;
  /** How many of the next writes fail with 500; the SDK tries each several times. */
  failingWrites = 0;
  /** Writes that have failed so, and those that wait at the gate. */
  failedWrites = 0;
  waitingWrites = 0;
  /** Resolves when writes may go on; what is written meanwhile waits. */
  gate: Promise<void> = Promise.resolve();
  readonly #server: Server;

  private constructor(url: string, server: Server, bucket: Bucket) {
    this.url = url;
    this.#server = server;
    this.bucket = bucket;
  }

  static async start(options: S3EmulatorOptions): Promise<S3Emulator> {
    const bucket = new Bucket();
    const server = createServer((request, response) => {
      answer(request, options, emulator).then(
        (result) => send(request, response, result),
        () => response.destroy(),
      );
    });
    const { url } = await listen(server, '127.0.0.1', 0);
    const emulator = new S3Emulator(url, server, bucket);
    return emulator;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function answer(
  request: IncomingMessage,
  options: S3EmulatorOptions,
  emulator: S3Emulator,
): Promise<S3Answer> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (!body) return s3Error(400, 'EntityTooLarge');
  const { method = 'GET', url = '/', headers } = request;
  if (!isSigned({ method, url, headers, body }, { ...options, service: 's3' }))
    return s3Error(403, 'SignatureDoesNotMatch');
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [bucket, ...rest] = decodeURIComponent(pathname).slice(1).split('/');
  if (bucket !== options.bucket) return s3Error(404, 'NoSuchBucket');
  const isWrite = method !== 'GET' && method !== 'HEAD';
  if (isWrite) {
    emulator.waitingWrites++;
    await emulator.gate;
    emulator.waitingWrites--;
  }
  if (isWrite && emulator.failingWrites > 0) {
    emulator.failingWrites--;
    emulator.failedWrites++;
    return s3Error(500, 'InternalError');
  }
  return emulator.bucket.answer({
    method,
    key: rest.join('/'),
    query: searchParams,
    range: headers.range,
    body,
  });
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: S3Answer): void {
  response.writeHead(status, {
    'x-amz-request-id': randomUUID(),
    'content-length': body.length,
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
