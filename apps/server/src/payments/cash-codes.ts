import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { AppError } from '../platform/app-error.ts';
import type { Database, Executor } from '../platform/database.ts';
import type { OneTimeCodeSender } from './one-time-code-sender.ts';
import type { SentCode } from './payment-provider.ts';

const validSeconds = 600;
const secondsBetween = 30;
const maxCodes = 4;
const maxTries = 5;

/**
 * Makes the codes, of which nothing is stored: every node makes the same one of the same order and number at any time,
 * nobody without the key does.
 */
export class OneTimeCodeKey {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'vybekart one-time codes', 32));
  }

  /** Six digits, each code as likely as any other. `number` tells the codes of an order apart, from 1. */
  code(orderId: string, number: number): string {
    const digest = createHmac('sha256', this.#key).update(`${orderId}:${number}`).digest();
    return String(digest.readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
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

const isWaiting = sql`status = 'open' and confirmed_at is null and confirm_by > now() and tries < ${maxTries}`;

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

  /** Sends the first code; when it was counted before, the last one, in case that nobody lived to send it. */
  async first(orderId: string): Promise<SentCode> {
    await this.#count(orderId, sql`codes_sent = 0`);
    return this.#sendLast(orderId);
  }

  /**
   * Sends another code, after which the one before is worth nothing. Throws `rate_limited` when it is too soon,
   * `limit_reached` when there were enough, `conflict` when the order waits for no code; in case that nobody lived to
   * send the last one, it is sent all the same.
   */
  async another(orderId: string): Promise<SentCode> {
    const isDue = sql`codes_sent < ${maxCodes}
      and coalesce(code_sent_at <= now() - make_interval(secs => ${secondsBetween}), true)`;
    const isNew = await this.#count(orderId, isDue);
    const sent = await this.#sendLast(orderId);
    return isNew ? sent : this.#refuse(orderId);
  }

  async check(orderId: string, code: string): Promise<CodeVerdict> {
    const { rows } = await sql<{ codes_sent: number; tries: number }>`
      update cash_payments set tries = tries + 1
      where order_id = ${orderId} and status = 'open' and tries < ${maxTries} and code_expires_at > now()
      returning codes_sent, tries`.execute(this.database.db);
    const [tried] = rows;
    if (tried) {
      if (isSame(code, this.key.code(orderId, tried.codes_sent))) return { kind: 'right' };
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
      .set({ confirmed_at: sql`now()`, code_sent_at: null, code_expires_at: null })
      .where('order_id', '=', orderId)
      .where('status', '=', 'open')
      .where('confirmed_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Makes another code the valid one; false when it is not due or the order waits for none. */
  async #count(orderId: string, isDue: ReturnType<typeof sql>): Promise<boolean> {
    const { numAffectedRows } = await sql`
      update cash_payments
      set code_sent_at = now(), codes_sent = codes_sent + 1,
          code_expires_at = least(now() + make_interval(secs => ${validSeconds}), confirm_by)
      where order_id = ${orderId} and ${isWaiting} and ${isDue}`.execute(this.database.db);
    return numAffectedRows === 1n;
  }

  async #sendLast(orderId: string): Promise<SentCode> {
    const { rows } = await sql<SentCodeRow & { buyer_id: string; codes_sent: number; isValid: boolean }>`
      select buyer_id, codes_sent, ${isWaiting} and code_expires_at > now() as "isValid", ${sentCode}
      from cash_payments where order_id = ${orderId}`.execute(this.database.db);
    const [row] = rows;
    if (!row) throw new AppError('not_found');
    if (row.isValid) {
      const { buyer_id: buyerId, codes_sent: number } = row;
      await this.sender.send({ buyerId, orderId, number, code: this.key.code(orderId, number) });
    }
    return toSentCode(row);
  }

  async #refuse(orderId: string): Promise<never> {
    const { rows } = await sql<{ isWaiting: boolean; codes: number; waitMs: number }>`
      select ${isWaiting} as "isWaiting", codes_sent as codes,
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

/** Takes as long wherever they differ. */
function isSame(given: string, code: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(code)];
  return one.length === other.length && timingSafeEqual(one, other);
}
