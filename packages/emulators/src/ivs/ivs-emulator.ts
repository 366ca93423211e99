import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { CloudPorts } from '../clouds/cloud-ports.ts';
import { EventDeliveries, type EventFaults, noEventFaults } from '../clouds/event-deliveries.ts';
import { readToken } from '../clouds/json-web-token.ts';
import { readBody } from '../read-body.ts';
import { isSigned } from '../sigv4.ts';
import { IvsCalls, IvsError } from './ivs-calls.ts';
import { IvsCloud, type IvsCloudOptions } from './ivs-cloud.ts';
import { RecordingBucket } from './recording-bucket.ts';
import { withMetadata } from './timed-metadata.ts';

const credentials = {
  accessKeyId: 'AKIAEMULATEDIVS00000',
  secretAccessKey: 'emulated-ivs-secret-access-key',
};
const maxBodyBytes = 256 * 1024;

export interface IvsEmulatorOptions extends IvsCloudOptions {
  /** The public half (PEM) of the playback key pair that was imported. */
  playbackPublicKey?: string;
}

/**
 * Amazon IVS (low-latency streaming) on one port: its REST-JSON API with signatures and quotas, playback at
 * `/playback/`, the S3 bucket of its recordings, which is read without a signature below `/distribution/`, and an
 * EventBridge API destination that posts its events. Encoders are told to it by the control port.
 */
export class IvsEmulator {
  readonly credentials = credentials;
  readonly recordingConfigurationArn = 'arn:aws:ivs:us-west-2:123456789012:recording-configuration/recorder';
  readonly bucket = new RecordingBucket('shows');
  readonly cloud: IvsCloud;
  readonly calls: IvsCalls;
  readonly #events: EventDeliveries;
  readonly #options: IvsEmulatorOptions;
  #ports: CloudPorts | undefined;
  #header: { name: string; value: string } = { name: 'x-webhook-secret', value: '' };
  #video: string | null = null;
  /** The timed metadata in each segment that was asked for. */
  readonly #textsIn = new Map<string, string[]>();

  private constructor(options: IvsEmulatorOptions) {
    this.#options = options;
    this.#events = new EventDeliveries((_body, isWrong) => ({
      [this.#header.name]: isWrong ? 'another secret altogether' : this.#header.value,
    }));
    this.cloud = new IvsCloud(options, this.bucket, (event) => this.#events.send(event));
    this.calls = new IvsCalls(this.cloud, () => this.url);
  }

  static async start(options: IvsEmulatorOptions = {}): Promise<IvsEmulator> {
    const emulator = new IvsEmulator(options);
    const { cloud } = emulator;
    emulator.#ports = await CloudPorts.open((request, response) => emulator.#answer(request, response), {
      connectEncoder: ({ streamKey }) => cloud.connect(String(streamKey)),
      dropEncoder: ({ encoder }) => cloud.drop(String(encoder)),
      stopEncoder: ({ encoder }) => cloud.stop(String(encoder)),
      isConnected: ({ encoder }) => cloud.isConnected(String(encoder)),
      setEventFaults: (faults) => emulator.setEventFaults(faults),
    });
    return emulator;
  }

  get url(): string {
    return this.#ports?.url ?? '';
  }

  get controlUrl(): string {
    return this.#ports?.controlUrl ?? '';
  }

  /** Where the API destination posts, and the header of its connection that proves who posts. */
  postEventsTo(url: string, header: { name: string; value: string }): void {
    this.#events.url = url;
    this.#header = header;
  }

  setEventFaults(faults: Partial<EventFaults>): void {
    this.#events.faults = { ...noEventFaults, ...faults };
  }

  /**
   * From now on what is live can be watched: this directory has its `index.m3u8` and segments. Timed metadata comes
   * with the next segment that is asked for.
   */
  showVideo(directory: string): void {
    this.#video = directory;
  }

  get eventAttempts() {
    return this.#events.attempts;
  }

  /** Events on their way are lost. */
  async close(): Promise<void> {
    this.cloud.close();
    this.#events.close();
    await this.#ports?.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/', headers } = request;
    const body = (await readBody(request, maxBodyBytes)) ?? Buffer.alloc(0);
    const { pathname, searchParams } = new URL(url, this.url);
    const route = decodeURIComponent(pathname);
    if (route.startsWith('/video/')) return this.#serveVideo(route.slice('/video/'.length), response);
    if (route.startsWith('/playback/')) return this.#play(route, searchParams, response);
    if (route.startsWith('/distribution/')) {
      return send(response, this.bucket.read(route.slice('/distribution/'.length)));
    }
    const service = route.startsWith(`/${this.bucket.name}`) ? 's3' : 'ivs';
    if (!isSigned({ method, url, headers, body }, { ...credentials, service })) {
      return sendError(response, new IvsError(403, 'AccessDeniedException', 'The signature does not match.'));
    }
    if (service === 's3')
      return send(response, this.bucket.answer(method, route, searchParams, body.toString()));
    try {
      if (method !== 'POST') throw new IvsError(404, 'UnknownOperationException', method);
      const answer = this.calls.call(route.slice(1), JSON.parse(body.toString() || '{}'));
      if (!answer) return send(response, { status: 204, type: 'application/json', body: '' });
      send(response, { status: 200, type: 'application/json', body: JSON.stringify(answer) });
    } catch (error) {
      const known =
        error instanceof IvsError ? error : new IvsError(500, 'InternalServerException', String(error));
      sendError(response, known);
    }
  }

  async #serveVideo(name: string, response: ServerResponse): Promise<void> {
    const isKnown = this.#video !== null && /^[\w-]+\.(m3u8|ts)$/.test(name);
    const body = isKnown ? await readFile(path.join(String(this.#video), name)).catch(() => null) : null;
    const isSegment = name.endsWith('.ts');
    const type = isSegment ? 'video/mp2t' : 'application/vnd.apple.mpegurl';
    response.writeHead(body ? 200 : 404, { 'content-type': type, 'access-control-allow-origin': '*' });
    response.end(body && isSegment ? withMetadata(body, this.#textsOf(name)) : (body ?? ''));
  }

  #textsOf(segment: string): string[] {
    const written = [...this.cloud.sessions.values()].flatMap(({ metadata }) => metadata);
    const carried = [...this.#textsIn.values()].flat().length;
    const texts = this.#textsIn.get(segment) ?? written.slice(carried);
    this.#textsIn.set(segment, texts);
    return texts;
  }

  #play(route: string, query: URLSearchParams, response: ServerResponse): void {
    const id = route.slice('/playback/'.length).replace('.m3u8', '');
    const channel = [...this.cloud.channels.values()].find(({ arn }) => arn.endsWith(`/${id}`));
    if (channel?.authorized) {
      const token = readToken(query.get('token') ?? '', 'ES384', this.#options.playbackPublicKey ?? '');
      if (token?.claims['aws:channel-arn'] !== channel.arn) {
        send(response, { status: 403, type: 'text/plain', body: 'not authorized' });
        return;
      }
    }
    const isLive = channel && this.cloud.sessions.get(channel.arn)?.isViewable;
    const type = 'application/vnd.apple.mpegurl';
    const entry = '#EXT-X-STREAM-INF:BANDWIDTH=1400000,CODECS="avc1.42E01E,mp4a.40.2",RESOLUTION=640x360';
    const playlist = this.#video === null ? '#EXTM3U\n' : `#EXTM3U\n${entry}\n${this.url}/video/index.m3u8\n`;
    send(response, isLive ? { status: 200, type, body: playlist } : { status: 404, type, body: '' });
  }
}

function send(response: ServerResponse, answer: { status: number; type: string; body: string }): void {
  response.writeHead(answer.status, { 'content-type': answer.type, 'access-control-allow-origin': '*' });
  response.end(answer.body);
}

function sendError(response: ServerResponse, { status, type, message }: IvsError): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
  response.end(JSON.stringify({ exceptionMessage: message, message }));
}
