import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { AppError } from '../platform/app-error.ts';
import type { Database, Executor } from '../platform/database.ts';
import { newOneTimeCode } from '../platform/ids.ts';
import type { OneTimeCodeSender } from './one-time-code-sender.ts';
import type { SentCode } from './payment-provider.ts';

const validSeconds = 600;
const secondsBetween = 30;
const maxCodes = 4;
const maxTries = 5;

/** Keys the hashes of codes, so that a stolen database does not give them away; every node derives the same. */
export class OneTimeCodeKey {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'vybekart one-time codes', 32));
  }

  hash(orderId: string, code: string): Buffer {
    return createHmac('sha256', this.#key).update(`${orderId}:${code}`).digest();
  }
}

/** `expired`: no code is valid any more, another may be asked for. `spent`: no try is left, for any code. */
export type CodeVerdict =
  | { kind: 'right' }
  | { kind: 'wrong'; triesLeft: number }
  | { kind: 'expired' }
  | { kind: 'spent' };

const sentCode = sql`
  code_channel as channel, code_address as masked, coalesce(code_expires_at, confirm_by) as "expiresAt",
  case when codes_sent < ${maxCodes} then code_sent_at + make_interval(secs => ${secondsBetween}) end as "nextCodeAt",
  ${maxTries} - tries as "triesLeft"`;

interface SentCodeRow extends Omit<SentCode, 'sentTo'> {
  channel: SentCode['sentTo']['channel'];
  masked: string;
}

/**
 * The codes with which buyers promise to pay at the door. Time is the database's. A try is counted before it is
 * compared, so that guesses at the same moment count, too.
 */
export class CashCodes {
  constructor(
    private readonly database: Database,
    private readonly key: OneTimeCodeKey,
    private readonly sender: OneTimeCodeSender,
  ) {}

  addressOf(buyerId: string): Promise<SentCode['sentTo']> {
    return this.sender.addressOf(buyerId);
  }

  /** Sends the first code; when it was sent before, only tells of the last one. */
  async first(orderId: string): Promise<SentCode> {
    const sent = await this.#send(orderId, sql`codes_sent = 0`);
    if (sent) return sent;
    const { rows } = await sql<SentCodeRow>`
      select ${sentCode} from cash_payments where order_id = ${orderId}`.execute(this.database.db);
    if (!rows[0]) throw new AppError('not_found');
    return toSentCode(rows[0]);
  }

  /**
   * Sends another code, after which the one before is worth nothing. Throws `rate_limited` when it is too soon,
   * `limit_reached` when there were enough, `conflict` when the order waits for no code.
   */
  async another(orderId: string): Promise<SentCode> {
    const isDue = sql`codes_sent < ${maxCodes}
      and coalesce(code_sent_at <= now() - make_interval(secs => ${secondsBetween}), true)`;
    return (await this.#send(orderId, isDue)) ?? this.#refuse(orderId);
  }

  async check(orderId: string, code: string): Promise<CodeVerdict> {
    const { rows } = await sql<{ code_hash: Buffer; tries: number }>`
      update cash_payments set tries = tries + 1
      where order_id = ${orderId} and status = 'open' and tries < ${maxTries} and code_expires_at > now()
      returning code_hash, tries`.execute(this.database.db);
    const [tried] = rows;
    if (tried) {
      if (timingSafeEqual(tried.code_hash, this.key.hash(orderId, code))) return { kind: 'right' };
      return { kind: 'wrong', triesLeft: maxTries - tried.tries };
    }
    const known = await this.database.db
      .selectFrom('cash_payments')
      .select('tries')
      .where('order_id', '=', orderId)
      .executeTakeFirst();
    return known && known.tries >= maxTries ? { kind: 'spent' } : { kind: 'expired' };
  }

  /** Notes that the buyer gave the right code, and forgets it. False when the payment waits for none any more. */
  async accept(executor: Executor, orderId: string): Promise<boolean> {
    const { numUpdatedRows } = await executor
      .updateTable('cash_payments')
      .set({ confirmed_at: sql`now()`, code_hash: null, code_sent_at: null, code_expires_at: null })
      .where('order_id', '=', orderId)
      .where('status', '=', 'open')
      .where('confirmed_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async #send(orderId: string, isDue: ReturnType<typeof sql>): Promise<SentCode | null> {
    const code = newOneTimeCode();
    const { rows } = await sql<SentCodeRow & { buyer_id: string; codes_sent: number }>`
      update cash_payments
      set code_hash = ${this.key.hash(orderId, code)}, code_sent_at = now(), codes_sent = codes_sent + 1,
          code_expires_at = least(now() + make_interval(secs => ${validSeconds}), confirm_by)
      where order_id = ${orderId} and status = 'open' and confirmed_at is null and confirm_by > now()
        and tries < ${maxTries} and ${isDue}
      returning buyer_id, codes_sent, ${sentCode}`.execute(this.database.db);
    const [row] = rows;
    if (!row) return null;
    await this.sender.send({ buyerId: row.buyer_id, orderId, code, number: row.codes_sent });
    return toSentCode(row);
  }

  async #refuse(orderId: string): Promise<never> {
    const { rows } = await sql<{ isWaiting: boolean; codes: number; waitMs: number }>`
      select status = 'open' and confirmed_at is null and confirm_by > now() and tries < ${maxTries} as "isWaiting",
             codes_sent as codes,
             ${secondsBetween * 1000} - floor(extract(epoch from now() - code_sent_at) * 1000)::int as "waitMs"
      from cash_payments where order_id = ${orderId}`.execute(this.database.db);
    const [row] = rows;
    if (!row) throw new AppError('not_found');
    if (!row.isWaiting) throw new AppError('conflict', { detail: 'This order waits for no code.' });
    if (row.codes >= maxCodes) throw new AppError('limit_reached', { maxCodes });
    throw new AppError('rate_limited', { retryAfterMs: Math.max(1, row.waitMs) });
  }
}

function toSentCode({ channel, masked, expiresAt, nextCodeAt, triesLeft }: SentCodeRow): SentCode {
  return { sentTo: { channel, masked }, expiresAt, nextCodeAt, triesLeft };
}
