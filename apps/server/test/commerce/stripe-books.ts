import type { StripeEmulator } from '@vybekart/emulators';
import type { RowSource } from './invariants.ts';

interface Intent {
  id: string;
  status: string;
  amount: number;
  amount_received: number;
  currency: string;
  metadata: { order_id?: string };
}

interface Refund {
  id: string;
  status: string;
  amount: number;
  payment_intent: string;
  metadata: { refund_id?: string };
}

interface Order {
  id: string;
  status: string;
  isPaid: boolean;
  totalMinor: number;
  currency: string;
  /** Of our row of its payment; null without one. */
  intentId: string | null;
  paymentStatus: string | null;
}

interface OurRefund {
  id: string;
  providerRefundId: string | null;
  status: string;
  amountMinor: number;
  intentId: string;
}

const withMoney = ['paid', 'refund_pending', 'refunded', 'partially_refunded'];
const paymentStatus = (intent: Intent) =>
  ['processing', 'succeeded', 'canceled'].includes(intent.status) ? intent.status : 'open';
const refundStatus = (refund: Refund) =>
  refund.status === 'succeeded'
    ? 'succeeded'
    : ['failed', 'canceled'].includes(refund.status)
      ? 'failed'
      : 'pending';

/** What Stripe's books and ours say differently when everything that was begun has had its time. */
export async function stripeContradictions(source: RowSource, stripe: StripeEmulator): Promise<string[]> {
  const intents = await listAll<Intent>(stripe, 'payment_intents');
  const refunds = await listAll<Refund>(stripe, 'refunds');
  const orders = await source.rows<Order>(
    `select o.id, o.status, o.paid_at is not null as "isPaid", o.total_minor as "totalMinor", o.currency,
            p.payment_intent_id as "intentId", p.status as "paymentStatus"
     from orders o left join payments p on p.order_id = o.id
     where p.provider is distinct from 'cash_on_delivery'`,
  );
  const ourRefunds = await source.rows<OurRefund>(
    `select r.id, r.provider_refund_id as "providerRefundId", r.status, r.amount_minor as "amountMinor",
            p.payment_intent_id as "intentId"
     from refunds r join payments p on p.order_id = r.order_id where p.provider <> 'cash_on_delivery'`,
  );
  const events = await source.rows<{ id: string }>('select id from payment_events');
  const stored = new Set(events.map(({ id }) => id));
  const taken = stripe.control
    .webhookAttempts()
    .filter(({ result }) => result === 200)
    .map(({ eventId }) => eventId);
  return [
    ...paymentContradictions(intents, orders),
    ...refundContradictions(refunds, ourRefunds),
    ...sentence(
      'I16: an event that we took is stored',
      taken.filter((id) => !stored.has(id)),
    ),
  ];
}

function paymentContradictions(intents: readonly Intent[], orders: readonly Order[]): string[] {
  const orderOf = new Map(orders.map((order) => [order.id, order]));
  const intentOf = new Map(intents.map((intent) => [intent.id, intent]));
  const ofOrder = Map.groupBy(intents, (intent) => intent.metadata.order_id ?? intent.id);
  return [
    ...sentence(
      'I9: one PaymentIntent for each order',
      [...ofOrder].filter(([, its]) => its.length > 1).map(([orderId]) => orderId),
    ),
    ...sentence(
      'I6: what we call paid is paid at Stripe, to this order, whole and in its currency',
      orders
        .filter((order) => order.isPaid)
        .filter(({ id, intentId, totalMinor, currency }) => {
          const intent = intentOf.get(intentId ?? '');
          const isPaid = intent?.status === 'succeeded' && intent.metadata.order_id === id;
          return !isPaid || intent.amount_received !== totalMinor || intent.currency !== currency;
        })
        .map((order) => order.id),
    ),
    ...sentence(
      'I7: money at Stripe has its order, or goes back',
      intents
        .filter((intent) => intent.status === 'succeeded')
        .filter((intent) => {
          const order = orderOf.get(intent.metadata.order_id ?? '');
          return order?.intentId !== intent.id || !withMoney.includes(order.status);
        })
        .map((intent) => intent.id),
    ),
    ...sentence(
      'I19: we say of each payment what Stripe says',
      intents
        .filter((intent) => {
          const order = orderOf.get(intent.metadata.order_id ?? '');
          return order?.paymentStatus !== paymentStatus(intent) || order.totalMinor !== intent.amount;
        })
        .map((intent) => intent.id),
    ),
  ];
}

function refundContradictions(refunds: readonly Refund[], ours: readonly OurRefund[]): string[] {
  const ourOf = new Map(ours.map((refund) => [refund.providerRefundId, refund]));
  const made = new Set(refunds.map(({ id }) => id));
  const ofOurs = Map.groupBy(refunds, (refund) => refund.metadata.refund_id ?? refund.id);
  return [
    ...sentence(
      'I8: one refund at Stripe for each of ours',
      [...ofOurs].filter(([, its]) => its.length > 1).map(([refundId]) => refundId),
    ),
    ...sentence(
      'I8: each refund at Stripe is one of ours, of this payment and amount',
      refunds
        .filter(({ id, amount, payment_intent }) => {
          const our = ourOf.get(id);
          return our?.amountMinor !== amount || our.intentId !== payment_intent;
        })
        .map(({ id }) => id),
    ),
    ...sentence(
      'I8: each refund that we say was made is made at Stripe',
      ours
        .filter(({ status, providerRefundId }) => status !== 'failed' && !made.has(providerRefundId ?? ''))
        .map(({ id }) => id),
    ),
    ...sentence(
      'I19: we say of each refund what Stripe says',
      refunds
        .filter((refund) => {
          const our = ourOf.get(refund.id);
          return our && our.status !== refundStatus(refund);
        })
        .map(({ id }) => id),
    ),
  ];
}

function sentence(rule: string, ids: readonly string[]): string[] {
  return ids.length > 0 ? [`${rule}: ${ids.slice(0, 20).join(', ')}`] : [];
}

/** Everything of a kind, the newest first, page by page. */
async function listAll<T extends { id: string }>(stripe: StripeEmulator, what: string): Promise<T[]> {
  const all: T[] = [];
  for (let hasMore = true; hasMore; ) {
    const after = all.at(-1);
    const page = await askStripe<{ data: T[]; has_more: boolean }>(
      stripe,
      `${what}?limit=100${after ? `&starting_after=${after.id}` : ''}`,
    );
    all.push(...page.data);
    hasMore = page.has_more;
  }
  return all;
}

/** What Stripe itself says, by its API. */
export async function askStripe<T>(stripe: StripeEmulator, resource: string): Promise<T> {
  const answer = await fetch(`${stripe.url}/v1/${resource}`, {
    headers: { authorization: `Bearer ${stripe.secretKey}` },
  });
  if (!answer.ok) throw new Error(`${resource}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
