import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { seeded } from '../../../../packages/client/test/seeded.ts';
import { eventually } from '../support/eventually.ts';
import { FaultShop } from './fault-shop.ts';

const isLong = process.env.VYBEKART_TEST_LENGTH === 'long';
const chaosMs = isLong ? 120_000 : 15_000;
/** The short run breaks the same connections each time; the long one others, unless it is to repeat what failed. */
const seed = Number(process.env.VYBEKART_TEST_SEED ?? (isLong ? Date.now() % 1_000_000 : 20_260_701));

/** Freezes and ends single connections of the server at their end in PostgreSQL, as `pick` says. */
class Breaker implements Disposable {
  readonly #frozen = new Map<number, number>();
  frozen = 0;
  ended = 0;

  constructor(
    private readonly shop: FaultShop,
    private readonly pick: (below: number) => number,
  ) {}

  async turn(): Promise<void> {
    this.#thaw((untilMs) => untilMs <= performance.now());
    const { rows } = await this.shop.database.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'vybekart'",
    );
    const pid = rows[this.pick(rows.length)]?.pid;
    if (pid === undefined || this.#frozen.has(pid)) return;
    if (this.pick(4) === 0) {
      await this.shop.database.query('select pg_terminate_backend($1)', [pid]);
      this.ended += 1;
    } else {
      signal(pid, 'SIGSTOP');
      this.frozen += 1;
      // Most for less than the server waits for an answer, some for longer.
      this.#frozen.set(
        pid,
        performance.now() + (this.pick(10) < 7 ? this.pick(1500) : 6000 + this.pick(3000)),
      );
    }
  }

  [Symbol.dispose](): void {
    this.#thaw(() => true);
  }

  #thaw(isOver: (untilMs: number) => boolean): void {
    for (const [pid, untilMs] of this.#frozen) {
      if (!isOver(untilMs)) continue;
      signal(pid, 'SIGCONT');
      this.#frozen.delete(pid);
    }
  }
}

/** It may be gone. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

test(
  'whichever connections to PostgreSQL freeze and break, nothing acknowledged is lost and every payment arrives',
  async ({ onTestFailed }) => {
    onTestFailed(() => console.error(`to repeat it: VYBEKART_TEST_SEED=${seed}`));
    await using shop = await FaultShop.open();
    const pick = seeded(seed);
    const traffic = shop.traffic();
    await eventually('traffic', () => traffic.of('order', 201).length > 4);
    const endMs = performance.now() + chaosMs;
    {
      using breaker = new Breaker(shop, pick);
      while (performance.now() < endMs) {
        await breaker.turn();
        await delay(150 + pick(500));
      }
      expect(breaker.frozen).toBeGreaterThan(0);
      expect(breaker.ended).toBeGreaterThan(0);
    }
    const overMs = performance.now();
    await eventually(
      'orders and messages flow again',
      () => traffic.since(overMs, 'order', 201) > 4 && traffic.since(overMs, 'message', 201) > 4,
      30_000,
    );
    await traffic.stop();
    // A request may meet one frozen connection after the other.
    await shop.expectAllWell(traffic, 30_000);
  },
  chaosMs + 240_000,
);
