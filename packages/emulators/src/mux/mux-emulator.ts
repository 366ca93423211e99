import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CloudPorts } from '../clouds/cloud-ports.ts';
import { EventDeliveries, type EventFaults, noEventFaults } from '../clouds/event-deliveries.ts';
import { readToken } from '../clouds/json-web-token.ts';
import { readBody } from '../read-body.ts';
import { MuxCalls, MuxError } from './mux-calls.ts';
import { MuxCloud } from './mux-cloud.ts';

const credentials = {
  tokenId: '11111111-2222-3333-4444-555555555555',
  tokenSecret: 'emulated-mux-token-secret',
};
const webhookSecret = 'emulated-mux-webhook-secret';
const maxBodyBytes = 256 * 1024;

export interface MuxEmulatorOptions {
  /** How long video is processed before viewers get it. */
  liveAfterMs?: number;
  /** The public half (PEM) of the signing key. */
  signingPublicKey?: string;
}

/**
 * Mux Video on one port: the live streams and assets of its API, playback at `/<playback id>.m3u8`, and signed
 * webhooks. Encoders are told to it by the control port.
 */
export class MuxEmulator {
  readonly credentials = credentials;
  readonly webhookSecret = webhookSecret;
  readonly cloud: MuxCloud;
  readonly calls: MuxCalls;
  readonly #events: EventDeliveries;
  readonly #options: MuxEmulatorOptions;
  #ports: CloudPorts | undefined;

  private constructor(options: MuxEmulatorOptions) {
    this.#options = options;
    this.#events = new EventDeliveries((body, isWrong) => ({
      'mux-signature': signWebhook(body, isWrong ? 'another secret' : webhookSecret),
    }));
    this.cloud = new MuxCloud(options.liveAfterMs ?? 50, (event) => this.#events.send(event));
    this.calls = new MuxCalls(this.cloud);
  }

  static async start(options: MuxEmulatorOptions = {}): Promise<MuxEmulator> {
    const emulator = new MuxEmulator(options);
    const { cloud } = emulator;
    emulator.#ports = await CloudPorts.open((request, response) => emulator.#answer(request, response), {
      connectEncoder: ({ streamKey }) => cloud.connect(String(streamKey)),
      dropEncoder: ({ encoder }) => cloud.disconnect(String(encoder)),
      stopEncoder: ({ encoder }) => cloud.disconnect(String(encoder)),
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

  postEventsTo(url: string): void {
    this.#events.url = url;
  }

  setEventFaults(faults: Partial<EventFaults>): void {
    this.#events.faults = { ...noEventFaults, ...faults };
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
    if (!pathname.startsWith('/video/')) return this.#play(pathname, searchParams, response);
    const basic = Buffer.from(`${credentials.tokenId}:${credentials.tokenSecret}`).toString('base64');
    try {
      if (headers.authorization !== `Basic ${basic}`) {
        throw new MuxError(401, 'unauthorized', 'Unauthorized request');
      }
      const input = JSON.parse(body.toString() || '{}') as Record<string, unknown>;
      const data = this.calls.call(method, pathname, searchParams, input);
      if (data !== undefined) return sendJson(response, 200, { data });
      if (method === 'DELETE') sendJson(response, 204, null);
      else sendJson(response, 200, { data: {} });
    } catch (error) {
      const known = error instanceof MuxError ? error : new MuxError(500, 'internal', String(error));
      sendJson(response, known.status, { error: { type: known.type, messages: [known.message] } });
    }
  }

  #play(path: string, query: URLSearchParams, response: ServerResponse): void {
    const id = path.slice(1).replace('.m3u8', '');
    const stream = [...this.cloud.liveStreams.values()].find((each) => each.playback_ids[0]?.id === id);
    const asset = [...this.cloud.assets.values()].find((each) => each.playback_ids[0]?.id === id);
    const policy = (stream ?? asset)?.playback_ids[0]?.policy;
    if (policy === 'signed') {
      const token = readToken(query.get('token') ?? '', 'RS256', this.#options.signingPublicKey ?? '');
      if (token?.claims.sub !== id || token.claims.aud !== 'v') {
        sendPlaylist(response, 403);
        return;
      }
    }
    sendPlaylist(response, stream?.status === 'active' || asset?.status === 'ready' ? 200 : 412);
  }
}

/** `mux-signature` (docs.mux.com/core/verify-webhook-signatures). */
function signWebhook(body: string, secret: string): string {
  const at = Math.floor(Date.now() / 1000);
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}

function sendJson(response: ServerResponse, status: number, content: object | null): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(content ? JSON.stringify(content) : '');
}

function sendPlaylist(response: ServerResponse, status: number): void {
  response.writeHead(status, {
    'content-type': 'application/vnd.apple.mpegurl',
    'access-control-allow-origin': '*',
  });
  response.end(status === 200 ? '#EXTM3U\n' : '');
}
