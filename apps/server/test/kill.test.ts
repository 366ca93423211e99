import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@vybekart/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';

const bundle = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let dataDir: string;
const started = new Set<ChildProcess>();
beforeAll(async () => {
  if (!existsSync(bundle)) throw new Error('the server is not built: run npm test');
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-kill-'));
});
afterAll(async () => {
  for (const child of started) {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  await rm(dataDir, { recursive: true, force: true });
});

/** The platform as `npm start` runs it, with its demo, on free ports. */
async function start(): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [bundle], {
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: '0', RTMP_PORT: '0', DEMO: 'on' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    output += text;
  });
  const url = await eventually(
    'the address',
    () => {
      if (child.exitCode !== null) throw new Error(`the server ended:\n${output}`);
      return /^app +(http\S+)$/m.exec(output)?.[1];
    },
    60_000,
  );
  return { url, child };
}

async function demoBuyer(url: string) {
  const client = createClient({ baseUrl: url, validateAnswers: true });
  const password = await readFile(path.join(dataDir, 'demo-password'), 'utf8');
  await eventually('the demo buyer', () =>
    client.session.login({ email: 'asha@demo.vybekart.test', password }).catch(() => null),
  );
  return client;
}

async function liveDemoShow(client: Awaited<ReturnType<typeof demoBuyer>>) {
  return eventually(
    'a live demo show with a pin',
    async () => {
      const { items } = await client.api.call('activeStreams');
      const stream = items.find((item) => item.status === 'live');
      if (!stream) return null;
      const room = await client.api.call('getRoom', { params: { id: stream.id } });
      const pin = room.pins[0];
      return pin ? { stream, pin } : null;
    },
    60_000,
  );
}

test('kill -9 in the middle of the demo loses nothing that was acknowledged, and the shows come back', async () => {
  const first = await start();
  const buyer = await demoBuyer(first.url);
  const { stream, pin } = await liveDemoShow(buyer);
  const variant = pin.variants.find((candidate) => candidate.available > 0);
  if (!variant) throw new Error('the demo has nothing to sell');
  const placed = await buyer.api.call('placeOrder', {
    body: {
      streamId: stream.id,
      items: [{ variantId: variant.id, quantity: 1, expectedUnitPriceMinor: variant.price.amountMinor }],
    },
  });
  const sent = await buyer.api.call('sendMessage', {
    params: { id: stream.id },
    body: { clientMsgId: crypto.randomUUID(), text: 'Said just before the crash' },
  });
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const second = await start();
  const again = await demoBuyer(second.url);
  const order = await again.api.call('getOrder', { params: { id: placed.order.id } });
  expect(order).toMatchObject({ status: 'pending', total: placed.order.total });
  const { missed } = await again.api.call('getRoomEvents', {
    params: { id: stream.id },
    query: { afterSeq: (sent.seq ?? 0) - 1 },
  });
  expect(missed[0]).toMatchObject({ event: 'new_message', message: { text: 'Said just before the crash' } });

  const { payment } = placed;
  if (payment.provider !== 'local') throw new Error(`the demo is paid by ${payment.provider}`);
  const { paymentIntentId, clientSecret, publishableKey } = payment;
  const confirmed = await fetch(
    `${second.url}/emulators/stripe/v1/payment_intents/${paymentIntentId}/confirm`,
    {
      method: 'POST',
      body: new URLSearchParams({
        key: publishableKey,
        client_secret: clientSecret,
        payment_method: 'pm_card_visa',
      }),
    },
  );
  expect(confirmed.status).toBe(200);
  await eventually('the order to be paid', async () => {
    const now = await again.api.call('getOrder', { params: { id: placed.order.id } });
    return now.status === 'paid';
  });
  await liveDemoShow(again);
}, 240_000);
