import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Clock, systemClock } from '../clock.ts';
import { listen } from '../listen.ts';
import { type RandomBytes, randomText, systemRandom } from '../random.ts';
import { Account } from './account.ts';
import { ApiServer } from './api-server.ts';
import { ChallengePage } from './challenge-page.ts';
import { StripeControl } from './control.ts';
import { handleControl } from './control-server.ts';
import { FileJournal, type Journal, memoryJournal } from './journal.ts';
import { replayChanges, snapshot } from './journal-format.ts';
import { loadKeys } from './keys.ts';
import { Ledger } from './ledger.ts';
import { RequestFaults } from './request-faults.ts';
import { forgetOutdated } from './retention.ts';
import { retryScheduleMs, WebhookSender } from './webhook-sender.ts';

export interface StripeEmulatorOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0, any free port. */
  port?: number;
  /** Where the journal and made-up keys live; `null` (the default) = in memory only. One process at a time. */
  dir?: string | null;
  /** `sk_test_...`; the default is made at random, and kept in `dir`. */
  secretKey?: string;
  publishableKey?: string;
  webhookSecret?: string;
  /** Where events are posted; they wait while there is none, see `setWebhookUrl`. */
  webhookUrl?: string | null;
  /** Divides the waits between webhook attempts, which add up to three days. Default 60: the first is 5 s. */
  webhookSpeedFactor?: number;
  webhookTimeoutMs?: number;
  /** How long `pm_upi_delayed` stays processing. Default 5 s. */
  delayedPaymentMs?: number;
  /** How long the refunds of `pm_card_pendingRefund` and `pm_card_refundFail` take. Default 5 s. */
  refundMs?: number;
  /** The base of the 3D Secure page as a browser reaches it (a proxy's path); default the emulator's own URL. */
  publicUrl?: string;
  /** A journal longer than this is rewritten at start when that shortens it. Default 64 MiB. */
  compactAboveBytes?: number;
  clock?: Clock;
  random?: RandomBytes;
}

/**
 * A stand-in for api.stripe.com that speaks its wire format: PaymentIntents, refunds, charges, disputes, events and
 * signed webhooks of one test account. What it has answered survives kill -9 when `dir` is given.
 * Limits: automatic capture, cards and UPI, no customers, no Connect. Successor: Stripe itself.
 */
export class StripeEmulator {
  readonly url: string;
  readonly port: number;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly webhookSecret: string;
  readonly control: StripeControl;
  readonly #server: Server;
  readonly #api: ApiServer;
  readonly #webhooks: WebhookSender;
  readonly #account: Account;
  readonly #journal: Journal;

  private constructor(
    parts: Pick<
      StripeEmulator,
      'url' | 'port' | 'secretKey' | 'publishableKey' | 'webhookSecret' | 'control'
    >,
    server: Server,
    api: ApiServer,
    webhooks: WebhookSender,
    account: Account,
    journal: Journal,
  ) {
    this.url = parts.url;
    this.port = parts.port;
    this.secretKey = parts.secretKey;
    this.publishableKey = parts.publishableKey;
    this.webhookSecret = parts.webhookSecret;
    this.control = parts.control;
    this.#server = server;
    this.#api = api;
    this.#webhooks = webhooks;
    this.#account = account;
    this.#journal = journal;
  }

  /** Rejects when a key is not of test mode, the webhook URL not http(s), the port taken or the journal damaged. */
  static async start(options: StripeEmulatorOptions = {}): Promise<StripeEmulator> {
    const { host = '127.0.0.1', dir = null, clock = systemClock, random = systemRandom } = options;
    const webhookUrl = options.webhookUrl ? checkedUrl(options.webhookUrl) : null;
    const keys = await loadKeys(dir, random, options);
    const ledger = new Ledger();
    const journal = dir
      ? await openJournal(dir, ledger, clock, options.compactAboveBytes ?? 64 * 2 ** 20)
      : memoryJournal;
    const webhooks = new WebhookSender(ledger, journal, clock, random, {
      url: webhookUrl,
      secrets: [keys.webhookSecret],
      timeoutMs: options.webhookTimeoutMs ?? 10_000,
      scheduleMs: retryScheduleMs,
      speedFactor: options.webhookSpeedFactor ?? 60,
    });
    const account = new Account(ledger, journal, clock, random, (events) => webhooks.send(events));
    const faults = new RequestFaults();
    const control = new StripeControl(randomText(random, 40), account, webhooks, faults);

    const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 });
    const { url, port } = await listen(server, host, options.port ?? 0).catch(async (error) => {
      await journal.close();
      throw error;
    });
    const api = new ApiServer(account, webhooks, faults, clock, random, {
      ...keys,
      timing: { delayedPaymentMs: options.delayedPaymentMs ?? 5000, refundMs: options.refundMs ?? 5000 },
      publicUrl: withoutSlash(options.publicUrl ?? url),
    });
    const challenges = new ChallengePage(account);
    server.on('request', (request, response) => {
      dispatch(request, response, api, challenges, control).catch(() => response.destroy());
    });
    account.resume();
    webhooks.resume();
    return new StripeEmulator({ url, port, ...keys, control }, server, api, webhooks, account, journal);
  }

  /** Sends events to this URL from now on, also those that waited for one. Throws when it is not http or https. */
  setWebhookUrl(url: string): void {
    this.#webhooks.setUrl(checkedUrl(url));
  }

  /** The 3D Secure pages of payments confirmed from now on stand under this URL, a proxy's path for example. */
  setPublicUrl(url: string): void {
    this.#api.publicUrl = withoutSlash(url);
  }

  async close(): Promise<void> {
    this.#webhooks.close();
    this.#account.close();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await this.#journal.close();
  }
}

/** Replays the journal, and rewrites it when more than half of a long one is outdated. */
function openJournal(dir: string, ledger: Ledger, clock: Clock, compactAboveBytes: number): Promise<Journal> {
  let replayedRows = 0;
  const replay = (line: string) => {
    replayedRows += replayChanges(line, ledger);
  };
  const snapshotIfShorter = () => {
    forgetOutdated(ledger, clock.now());
    return replayedRows > 2 * ledger.size ? snapshot(ledger) : null;
  };
  return FileJournal.open(dir, replay, snapshotIfShorter, compactAboveBytes);
}

function checkedUrl(url: string): string {
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error('the webhook URL must be http or https');
  return url;
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '');

async function dispatch(
  request: IncomingMessage,
  response: ServerResponse,
  api: ApiServer,
  challenges: ChallengePage,
  control: StripeControl,
): Promise<void> {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  if (path.startsWith('/3d_secure/')) await challenges.handle(request, response, path);
  else if (path.startsWith('/_control/')) await handleControl(control, request, response, path);
  else await api.handle(request, response, path, mark === -1 ? '' : target.slice(mark + 1));
}
