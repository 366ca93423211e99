import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { isRecordedBetween, longest } from './cloud-media.ts';
import type { RecordedShow } from './media-provider.ts';

type Sdk = typeof import('@aws-sdk/client-s3');

interface IvsRecordingsOptions {
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | null;
  /** Another S3 host, for tests. */
  endpoint: string | null;
  bucket: string;
  /** Where the bucket's objects are read by players, for example a CloudFront distribution. */
  publicUrl: string;
}

// docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/record-to-s3.html
const Ended = z.looseObject({
  recording_started_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  recording_ended_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  media: z.looseObject({
    hls: z.looseObject({
      duration_ms: z.number().min(0),
      path: z.string(),
      playlist: z.string(),
    }),
  }),
});

const minuteMs = 60_000;
const maxNoted = 1000;

/**
 * What IVS recorded into S3, below `ivs/v1/<account>/<channel>/<year>/<month>/<day>/<hour>/<minute>/<recording>/`
 * where the time is that of its beginning. A recording can be played when `events/recording-ended.json` is there.
 */
export class IvsRecordings {
  readonly #prefixes = new Map<string, string>();

  private constructor(
    private readonly sdk: Sdk,
    private readonly client: S3Client,
    private readonly options: IvsRecordingsOptions,
  ) {}

  static async open(options: IvsRecordingsOptions): Promise<IvsRecordings> {
    const sdk = await import('@aws-sdk/client-s3');
    const client = new sdk.S3Client({
      region: options.region,
      ...(options.credentials ? { credentials: options.credentials } : {}),
      ...(options.endpoint === null ? {} : { endpoint: options.endpoint, forcePathStyle: true }),
    });
    return new IvsRecordings(sdk, client, options);
  }

  close(): void {
    this.client.destroy();
  }

  /** Remembers where a broadcast is being recorded, as an event told. */
  note(streamId: string, prefix: string): void {
    this.#prefixes.set(streamId, prefix);
    const [oldest] = this.#prefixes.keys();
    if (oldest !== undefined && this.#prefixes.size > maxNoted) this.#prefixes.delete(oldest);
  }

  /** The newest picture of a broadcast; null when nobody told where it is recorded. */
  thumbnail(streamId: string): string | null {
    const prefix = this.#prefixes.get(streamId);
    return prefix === undefined
      ? null
      : `${this.options.publicUrl}/${prefix}/media/latest_thumbnail/thumb.jpg`;
  }

  /**
   * What was recorded of a channel between two moments; null when nothing was, or is not finished. Of several
   * recordings the longest: they are one, unless the encoder stayed away for longer than the configuration merges.
   */
  async find(channelArn: string, times: { from: Date; to: Date }): Promise<RecordedShow | null> {
    const shows: RecordedShow[] = [];
    for (const prefix of await this.#prefixesOf(channelArn, times)) {
      const show = await this.#read(prefix);
      if (show && isRecordedBetween(show, times)) shows.push(show);
    }
    return longest(shows);
  }

  async remove(channelArn: string, times: { from: Date; to: Date }): Promise<void> {
    for (const prefix of await this.#prefixesOf(channelArn, times)) {
      const show = await this.#read(prefix);
      if (show && !isRecordedBetween(show, times)) continue;
      await this.#removeBelow(`${prefix}/`);
    }
  }

  async #read(prefix: string): Promise<RecordedShow | null> {
    const { bucket: Bucket, publicUrl } = this.options;
    const get = new this.sdk.GetObjectCommand({ Bucket, Key: `${prefix}/events/recording-ended.json` });
    const text = await this.client.send(get).then(
      ({ Body }) => Body?.transformToString() ?? '',
      (error: unknown) => {
        if (error instanceof this.sdk.NoSuchKey) return '';
        throw error;
      },
    );
    if (text === '') return null;
    const { recording_started_at: startedAt, media } = Ended.parse(JSON.parse(text));
    const durationMs = Math.round(media.hls.duration_ms);
    return {
      url: `${publicUrl}/${prefix}/${media.hls.path}/${media.hls.playlist}`,
      startedAt,
      durationMs,
      bytes: 0,
      stretches: [{ startedAt, durationMs }],
    };
  }

  /** Walks down the folders of time, into those alone that lie between the two moments, or a minute beside them. */
  async #prefixesOf(channelArn: string, { from, to }: { from: Date; to: Date }): Promise<string[]> {
    const match = /:(\d+):channel\/(\w+)$/.exec(channelArn);
    if (!match) return [];
    let folders = [{ prefix: `ivs/v1/${match[1]}/${match[2]}/`, time: [] as number[] }];
    for (let depth = 0; depth < 5; depth += 1) {
      const next: typeof folders = [];
      for (const { prefix, time } of folders) {
        for (const name of await this.#foldersOf(prefix)) {
          const deeper = { prefix: `${prefix}${name}/`, time: [...time, Number(name)] };
          if (overlaps(deeper.time, from, to)) next.push(deeper);
        }
      }
      folders = next;
    }
    const found: string[] = [];
    for (const { prefix } of folders) {
      for (const name of await this.#foldersOf(prefix)) found.push(`${prefix}${name}`);
    }
    return found;
  }

  async #foldersOf(prefix: string): Promise<string[]> {
    const names: string[] = [];
    let token: string | undefined;
    do {
      const list = new this.sdk.ListObjectsV2Command({
        Bucket: this.options.bucket,
        Prefix: prefix,
        Delimiter: '/',
        ContinuationToken: token,
      });
      const page = await this.client.send(list);
      for (const { Prefix = '' } of page.CommonPrefixes ?? []) names.push(Prefix.slice(prefix.length, -1));
      token = page.NextContinuationToken;
    } while (token);
    return names;
  }

  async #removeBelow(prefix: string): Promise<void> {
    const { bucket: Bucket } = this.options;
    for (;;) {
      const page = await this.client.send(new this.sdk.ListObjectsV2Command({ Bucket, Prefix: prefix }));
      const Objects = (page.Contents ?? []).flatMap(({ Key }) => (Key ? [{ Key }] : []));
      if (Objects.length === 0) return;
      const answer = await this.client.send(
        new this.sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
      );
      if (answer.Errors?.length) throw new Error(`${answer.Errors.length} objects of a recording remain`);
    }
  }
}

/** Whether year, month, day, hour and minute, as far as given, touch the time between two moments, give or take one. */
function overlaps(time: readonly number[], from: Date, to: Date): boolean {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = time;
  const start = Date.UTC(year, month - 1, day, hour, minute);
  const end = [
    Date.UTC(year + 1, 0),
    Date.UTC(year, month),
    Date.UTC(year, month - 1, day + 1),
    Date.UTC(year, month - 1, day, hour + 1),
    start + minuteMs,
  ][time.length - 1];
  return end !== undefined && start - minuteMs <= to.getTime() && end + minuteMs > from.getTime();
}
