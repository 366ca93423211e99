import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Upload, uploadRoute } from '@vybekart/contract';
import { S3Emulator } from '@vybekart/emulators';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Person, startServer, type TestServer } from './support/start-server.ts';

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#b5123f' } });
const saree = await picture(1200, 800)
  .jpeg()
  .withExif({ IFD3: { GPSLatitudeRef: 'N' } })
  .toBuffer();

interface Sent {
  content: Buffer;
  name?: string;
  type?: string;
  field?: string;
}

const signed = async ({ client }: Person) => ({
  authorization: `Bearer ${await client.session.accessToken()}`,
});

/** As a form of a browser sends it. */
async function send(server: TestServer, person: Person | null, sent: Sent) {
  const { content, name = 'saree.jpg', type = 'image/jpeg', field = uploadRoute.field } = sent;
  const body = new FormData();
  body.append(field, new Blob([new Uint8Array(content)], { type }), name);
  const headers = person ? await signed(person) : undefined;
  const response = await fetch(`${server.url}/uploads`, { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as Upload & { code?: string } };
}

describe('a picture', () => {
  let server: TestServer;
  let seller: Person;
  beforeAll(async () => {
    server = await startServer();
    seller = await server.registerSeller();
  });
  afterAll(() => server.close());

  test('is served as our own WebP, without where it was taken or what hung behind it, for ever', async () => {
    const content = Buffer.concat([saree, Buffer.from('<script>alert(1)</script>')]);
    const { status, body } = await send(server, seller, {
      content,
      name: '../../evil.html',
      type: 'text/html',
    });
    expect({ status, body }).toMatchObject({ status: 201, body: { width: 1200, height: 800 } });
    const answer = await fetch(server.url + body.url);
    const served = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-type')).toBe('image/webp');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const { format, width, exif } = await sharp(served).metadata();
    expect({ format, width, exif }).toEqual({ format: 'webp', width: 1200, exif: undefined });
    expect(served.includes('<script>')).toBe(false);
  });

  test('that is larger than any screen is made smaller', async () => {
    const { body } = await send(server, seller, { content: await picture(4000, 2000).png().toBuffer() });
    expect(body).toMatchObject({ width: 1600, height: 800 });
  });

  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>';
  test.each<[string, () => Promise<Buffer> | Buffer]>([
    ['an SVG', () => Buffer.from(svg)],
    ['a GIF', () => picture(10, 10).gif().toBuffer()],
    ['a web page', () => Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['half a picture', () => saree.subarray(0, saree.length / 2)],
    ['a picture of more than 25 million pixels', () => picture(5001, 5001).png().toBuffer()],
    ['nothing', () => Buffer.alloc(0)],
  ])('cannot be %s', async (_what, make) => {
    const { status, body } = await send(server, seller, { content: await make() });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'image_invalid' });
  });

  test('has at most 5 MB', async () => {
    const content = Buffer.concat([saree, Buffer.alloc(uploadRoute.maxBytes)]);
    expect(await send(server, seller, { content })).toMatchObject({
      status: 413,
      body: { code: 'payload_too_large' },
    });
  });

  test('comes from somebody who is signed in, in its field, as a form', async () => {
    expect(await send(server, null, { content: saree })).toMatchObject({ status: 401 });
    expect(await send(server, seller, { content: saree, field: 'other' })).toMatchObject({
      status: 422,
      body: { code: 'validation_failed' },
    });
    const headers = { ...(await signed(seller)), 'content-type': 'image/jpeg' };
    const raw = await fetch(`${server.url}/uploads`, {
      method: 'POST',
      headers,
      body: new Uint8Array(saree),
    });
    expect(raw.status).toBe(415);
  });

  test.each(['..%2f..%2f..%2fetc%2fpasswd', '%00.webp', 'x', '.webp', 'a.webp.part'])(
    'is not found under the name %s',
    async (name) => {
      expect((await fetch(`${server.url}/uploads/${name}`)).status).toBe(404);
    },
  );
});

describe('with a bucket', () => {
  const keys = { accessKeyId: 'an-access-key', secretAccessKey: 'its secret' };
  let s3: S3Emulator;
  let one: TestServer;
  let other: TestServer;
  let seller: Person;
  beforeAll(async () => {
    s3 = await S3Emulator.start({ bucket: 'pictures', ...keys });
    const environment = {
      S3_BUCKET: 'pictures',
      S3_ENDPOINT: s3.url,
      S3_ACCESS_KEY_ID: keys.accessKeyId,
      S3_SECRET_ACCESS_KEY: keys.secretAccessKey,
    };
    one = await startServer(environment);
    other = await startServer(environment);
    seller = await one.registerSeller();
  });
  afterEach(() => {
    s3.failingWrites = 0;
  });
  afterAll(async () => {
    await one?.close();
    await other?.close();
    await s3.close();
  });

  test('every node serves what one has taken in, and keeps nothing on its disk', async () => {
    const { body } = await send(one, seller, { content: saree });
    const [here, there] = await Promise.all(
      [one, other].map(async ({ url }) => {
        const answer = await fetch(url + body.url);
        return { status: answer.status, content: Buffer.from(await answer.arrayBuffer()) };
      }),
    );
    expect(there?.status).toBe(200);
    expect(there?.content.equals(here?.content ?? Buffer.alloc(0))).toBe(true);
    expect(await readdir(path.join(one.dataDir, 'uploads')).catch(() => [])).toEqual([]);
  });

  test('a picture from before there was a bucket is still found', async () => {
    await mkdir(path.join(one.dataDir, 'uploads'), { recursive: true });
    await writeFile(path.join(one.dataDir, 'uploads', 'before.webp'), 'an older picture');
    const answer = await fetch(`${one.url}/uploads/before.webp`);
    expect([answer.status, await answer.text()]).toEqual([200, 'an older picture']);
  });

  test('a bucket that is away refuses pictures for now, and nothing else', async () => {
    s3.failingWrites = Number.POSITIVE_INFINITY;
    const refused = await send(one, seller, { content: saree });
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect((await fetch(`${one.url}/uploads/unknown.webp`)).status).toBe(404);
    s3.failingWrites = 0;
    expect(await send(one, seller, { content: saree })).toMatchObject({ status: 201 });
  });
});
