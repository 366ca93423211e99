interface Answer {
  status: number;
  type: string;
  body: string;
}

const xml = (status: number, body: string): Answer => ({
  status,
  type: 'application/xml',
  body: `<?xml version="1.0" encoding="UTF-8"?>${body}`,
});
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The few calls of S3 that a reader of recordings makes: ListObjectsV2, GetObject, DeleteObjects; path style. */
export class RecordingBucket {
  readonly objects = new Map<string, string>();
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** Answers a request that is known to be signed; `pathname` is decoded. */
  answer(method: string, pathname: string, query: URLSearchParams, body: string): Answer {
    const [bucket, ...rest] = pathname.slice(1).split('/');
    const key = rest.join('/');
    if (bucket !== this.name) return noSuch('NoSuchBucket');
    if (method === 'GET' && key === '') return this.#list(query);
    if (method === 'GET') return this.read(key);
    if (method === 'POST' && query.has('delete')) return this.#delete(body);
    return xml(405, '<Error><Code>MethodNotAllowed</Code></Error>');
  }

  /** As a public distribution in front of the bucket answers. */
  read(key: string): Answer {
    const body = this.objects.get(key);
    if (body === undefined) return noSuch('NoSuchKey');
    const type = key.endsWith('.json') ? 'application/json' : 'application/vnd.apple.mpegurl';
    return { status: 200, type, body };
  }

  #list(query: URLSearchParams): Answer {
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter');
    const keys: string[] = [];
    const folders = new Set<string>();
    for (const key of [...this.objects.keys()].toSorted()) {
      if (!key.startsWith(prefix)) continue;
      const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      if (end < 0) keys.push(key);
      else folders.add(key.slice(0, end + 1));
    }
    // Small pages, so that whoever reads only the first one is found out.
    const from = Number(query.get('continuation-token') ?? 0);
    const page = keys.slice(from, from + 2);
    const isTruncated = from + 2 < keys.length;
    return xml(
      200,
      [
        `<ListBucketResult><Name>${this.name}</Name><Prefix>${escaped(prefix)}</Prefix>`,
        `<KeyCount>${page.length}</KeyCount><IsTruncated>${isTruncated}</IsTruncated>`,
        isTruncated ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : '',
        ...page.map(
          (key) =>
            `<Contents><Key>${escaped(key)}</Key><Size>${this.objects.get(key)?.length ?? 0}</Size></Contents>`,
        ),
        ...[...folders].map(
          (folder) => `<CommonPrefixes><Prefix>${escaped(folder)}</Prefix></CommonPrefixes>`,
        ),
        '</ListBucketResult>',
      ].join(''),
    );
  }

  #delete(body: string): Answer {
    for (const [, key = ''] of body.matchAll(/<Key>([^<]*)<\/Key>/g)) this.objects.delete(key);
    return xml(200, '<DeleteResult></DeleteResult>');
  }
}

function noSuch(code: string): Answer {
  return xml(404, `<Error><Code>${code}</Code><Message>It does not exist.</Message></Error>`);
}
