import { createHash, randomUUID } from 'node:crypto';

export interface S3Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

interface S3Request {
  method: string;
  key: string;
  query: URLSearchParams;
  range: string | undefined;
  body: Buffer;
}

/** The least that every part of an upload but the last must have. */
const LEAST_PART_BYTES = 5 * 1024 * 1024;
/** Small, so that whoever reads only the first page is found out. */
const PAGE = 2;

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const etagOf = (bytes: Buffer) => `"${createHash('md5').update(bytes).digest('hex')}"`;
const nothing = (status: number, headers: Record<string, string> = {}): S3Answer => ({
  status,
  headers,
  body: Buffer.alloc(0),
});
const xml = (status: number, body: string): S3Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`),
});

/** An error as S3 words it (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
export const s3Error = (status: number, code: string) =>
  xml(status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);

/** The objects of one bucket and the uploads that are not complete. */
export class Bucket {
  readonly objects = new Map<string, Buffer>();
  readonly uploads = new Map<string, { key: string; parts: Map<number, Buffer> }>();

  answer(request: S3Request): S3Answer {
    const { method, key, query } = request;
    if (method === 'GET' && query.has('uploads')) return this.#listUploads(query);
    if (method === 'GET' && key === '') return this.#list(query);
    if (method === 'POST' && query.has('uploads')) return this.#beginUpload(key);
    if (query.has('uploadId')) return this.#upload(request, query.get('uploadId') ?? '');
    switch (method) {
      case 'PUT':
        this.objects.set(key, request.body);
        return nothing(200, { etag: etagOf(request.body) });
      case 'GET':
      case 'HEAD':
        return this.#get(key, request.range);
      case 'DELETE':
        this.objects.delete(key);
        return nothing(204);
      default:
        return s3Error(405, 'MethodNotAllowed');
    }
  }

  #get(key: string, range: string | undefined): S3Answer {
    const bytes = this.objects.get(key);
    if (!bytes) return s3Error(404, 'NoSuchKey');
    const headers = { etag: etagOf(bytes), 'content-type': 'application/octet-stream' };
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    if (first === undefined) return { status: 200, headers, body: bytes };
    const [from, to] = [Number(first), Math.min(Number(last), bytes.length - 1)];
    if (from >= bytes.length) return s3Error(416, 'InvalidRange');
    const body = bytes.subarray(from, to + 1);
    return {
      status: 206,
      headers: { ...headers, 'content-range': `bytes ${from}-${to}/${bytes.length}` },
      body,
    };
  }

  #list(query: URLSearchParams): S3Answer {
    const prefix = query.get('prefix') ?? '';
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
    const from = Number(query.get('continuation-token') ?? 0);
    const page = keys.slice(from, from + PAGE);
    const isTruncated = from + PAGE < keys.length;
    return xml(
      200,
      [
        `<ListBucketResult><Prefix>${escaped(prefix)}</Prefix><KeyCount>${page.length}</KeyCount>`,
        `<IsTruncated>${isTruncated}</IsTruncated>`,
        isTruncated ? `<NextContinuationToken>${from + PAGE}</NextContinuationToken>` : '',
        ...page.map(
          (key) =>
            `<Contents><Key>${escaped(key)}</Key><Size>${this.objects.get(key)?.length ?? 0}</Size></Contents>`,
        ),
        '</ListBucketResult>',
      ].join(''),
    );
  }

  #listUploads(query: URLSearchParams): S3Answer {
    const prefix = query.get('prefix') ?? '';
    const uploads = [...this.uploads].filter(([, { key }]) => key.startsWith(prefix));
    const lines = uploads.map(
      ([id, { key }]) => `<Upload><Key>${escaped(key)}</Key><UploadId>${id}</UploadId></Upload>`,
    );
    return xml(200, `<ListMultipartUploadsResult>${lines.join('')}</ListMultipartUploadsResult>`);
  }

  #beginUpload(key: string): S3Answer {
    const id = randomUUID();
    this.uploads.set(id, { key, parts: new Map() });
    return xml(
      200,
      `<InitiateMultipartUploadResult><Key>${escaped(key)}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    );
  }

  #upload({ method, key, query, body }: S3Request, id: string): S3Answer {
    const upload = this.uploads.get(id);
    if (upload?.key !== key) return s3Error(404, 'NoSuchUpload');
    if (method === 'DELETE') {
      this.uploads.delete(id);
      return nothing(204);
    }
    if (method === 'PUT') {
      upload.parts.set(Number(query.get('partNumber')), body);
      return nothing(200, { etag: etagOf(body) });
    }
    return this.#complete(id, upload, body.toString());
  }

  /** The parts are named in their order, each with the tag that it was answered with. */
  #complete(id: string, upload: { key: string; parts: Map<number, Buffer> }, body: string): S3Answer {
    const named = [...body.matchAll(/<Part>.*?<\/Part>/gs)].map(([part]) => ({
      number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
      etag: /<ETag>(.*?)</.exec(part)?.[1]?.replaceAll('&quot;', '"') ?? '',
    }));
    const parts = named.map(({ number, etag }) => {
      const part = upload.parts.get(number);
      return part && etagOf(part) === etag ? part : null;
    });
    const isInOrder = named.every(({ number }, i) => i === 0 || number > (named[i - 1]?.number ?? 0));
    if (!isInOrder) return s3Error(400, 'InvalidPartOrder');
    const whole = parts.filter((part) => part !== null);
    if (whole.length < parts.length || whole.length === 0) return s3Error(400, 'InvalidPart');
    if (whole.slice(0, -1).some((part) => part.length < LEAST_PART_BYTES))
      return s3Error(400, 'EntityTooSmall');
    const object = Buffer.concat(whole);
    this.objects.set(upload.key, object);
    this.uploads.delete(id);
    return xml(
      200,
      `<CompleteMultipartUploadResult><Key>${escaped(upload.key)}</Key><ETag>${escaped(etagOf(object))}</ETag></CompleteMultipartUploadResult>`,
    );
  }
}
