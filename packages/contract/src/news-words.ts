import { Currency } from './common.ts';
import type { Language } from './languages.ts';
import { formatMoney } from './money-format.ts';
import type { Notification } from './notifications.ts';

type News = Pick<Notification, 'kind' | 'facts'>;

/** What an inbox entry and a push say; names in braces are facts. */
interface NewsWords {
  title: string;
  body: string;
}

const english = {
  live: { title: '{seller} is live!', body: '{title}' },
  newOrder: { title: 'New order!', body: '{buyer} bought {product} for {amount}.' },
  newCashOrder: {
    title: 'New order!',
    body: '{buyer} bought {product} for {amount}, to be paid at the door.',
  },
  paid: { title: 'Your order is confirmed', body: '{product} from {shop} is yours.' },
  code: {
    title: '{code} confirms your order',
    body: '{shop} sends {product}; you pay {amount} at the door. Tell this code to nobody.',
  },
  confirmed: {
    title: 'Your order is confirmed',
    body: '{product} from {shop} is yours. Have {amount} ready at the door.',
  },
  shipped: { title: 'Your order is on its way', body: '{shop} sent {product}.' },
  shippedUnpaid: {
    title: 'Your order is on its way',
    body: '{shop} sent {product}. Have {amount} ready at the door.',
  },
  unpaid: {
    title: 'Your order was not completed',
    body: '{product} was not paid in time. Nothing was charged.',
  },
  unconfirmed: {
    title: 'Your order was not completed',
    body: '{product} was not confirmed in time. Nothing was charged.',
  },
  withdrawn: {
    title: 'Your order was cancelled',
    body: '{shop} cannot send {product}. Nothing was charged.',
  },
  refunded: { title: 'Refund on its way', body: '{shop} refunded {amount} of your order.' },
  refundRequested: {
    title: 'A refund was asked for',
    body: '{buyer} asks for the money of {product} back.',
  },
  refundFailed: {
    title: 'A refund failed',
    body: 'The bank did not take the refund of {product} to {buyer}. Try it again.',
  },
  refundDeclined: {
    title: 'Your refund was declined',
    body: '{shop} says why in your order of {product}.',
  },
  inquiry: {
    title: 'A bank asks about a payment',
    body: 'The bank of {buyer} asks about {product}. Nothing was taken; a refund settles it.',
  },
  inquiryClosed: {
    title: 'A bank asks no more',
    body: 'The question of the bank of {buyer} about {product} is closed.',
  },
  disputed: {
    title: 'A payment is disputed',
    body: '{buyer} asked the bank for the money of {product} back. The bank decides.',
  },
  disputeWon: {
    title: 'You won a dispute',
    body: 'The bank of {buyer} decided: the money of {product} stays with you.',
  },
  disputeLost: {
    title: 'You lost a dispute',
    body: 'The bank of {buyer} decided: the money of {product} went back.',
  },
} satisfies Record<string, NewsWords>;
type Topic = keyof typeof english;

const hindi: Record<Topic, NewsWords> = {
  live: { title: '{seller} लाइव हैं!', body: '{title}' },
  newOrder: { title: 'नया ऑर्डर!', body: '{buyer} ने {product} {amount} में ख़रीदा।' },
  newCashOrder: {
    title: 'नया ऑर्डर!',
    body: '{buyer} ने {product} {amount} में ख़रीदा, भुगतान दरवाज़े पर होगा।',
  },
  paid: { title: 'आपका ऑर्डर पक्का हो गया', body: '{shop} से {product} अब आपका है।' },
  code: {
    title: '{code} से आपका ऑर्डर पक्का होगा',
    body: '{shop} आपको {product} भेजेगी; दरवाज़े पर {amount} देने होंगे। यह कोड किसी को न बताएँ।',
  },
  confirmed: {
    title: 'आपका ऑर्डर पक्का हो गया',
    body: '{shop} से {product} अब आपका है। दरवाज़े पर {amount} तैयार रखें।',
  },
  shipped: { title: 'आपका ऑर्डर रास्ते में है', body: '{shop} से {product} भेज दिया गया है।' },
  shippedUnpaid: {
    title: 'आपका ऑर्डर रास्ते में है',
    body: '{shop} से {product} भेज दिया गया है। दरवाज़े पर {amount} तैयार रखें।',
  },
  unpaid: {
    title: 'आपका ऑर्डर पूरा नहीं हुआ',
    body: '{product} का भुगतान समय पर नहीं हुआ। आपसे कुछ नहीं लिया गया।',
  },
  unconfirmed: {
    title: 'आपका ऑर्डर पूरा नहीं हुआ',
    body: '{product} का ऑर्डर समय पर पक्का नहीं किया गया। आपसे कुछ नहीं लिया गया।',
  },
  withdrawn: {
    title: 'आपका ऑर्डर रद्द हो गया',
    body: '{shop} आपको {product} नहीं भेज सकती। आपसे कुछ नहीं लिया गया।',
  },
  refunded: { title: 'पैसे वापस आ रहे हैं', body: '{shop} ने आपके ऑर्डर के {amount} लौटाए।' },
  refundRequested: {
    title: 'पैसे वापस माँगे गए',
    body: '{buyer} ने {product} के पैसे वापस माँगे हैं।',
  },
  refundFailed: {
    title: 'पैसे लौट नहीं पाए',
    body: '{buyer} के बैंक ने {product} के पैसे नहीं लिए। फिर से लौटाएँ।',
  },
  refundDeclined: {
    title: 'पैसे वापस देने से मना किया गया',
    body: '{shop} ने कारण आपके {product} के ऑर्डर में लिखा है।',
  },
  inquiry: {
    title: 'बैंक एक भुगतान के बारे में पूछ रहा है',
    body: '{buyer} का बैंक {product} के बारे में पूछ रहा है। कुछ लिया नहीं गया; पैसे लौटाने से बात ख़त्म होती है।',
  },
  inquiryClosed: {
    title: 'बैंक का सवाल ख़त्म हुआ',
    body: '{product} के बारे में {buyer} के बैंक का सवाल बंद हो गया।',
  },
  disputed: {
    title: 'एक भुगतान पर विवाद है',
    body: '{buyer} ने बैंक से {product} के पैसे वापस माँगे हैं। फ़ैसला बैंक करेगा।',
  },
  disputeWon: {
    title: 'विवाद आपके पक्ष में रहा',
    body: '{buyer} के बैंक का फ़ैसला: {product} के पैसे आपके पास रहेंगे।',
  },
  disputeLost: {
    title: 'विवाद आपके ख़िलाफ़ गया',
    body: '{buyer} के बैंक का फ़ैसला: {product} के पैसे लौट गए।',
  },
};

export const newsWords: Record<Language, Record<Topic, NewsWords>> = { en: english, hi: hindi };

/** Null for an entry that lacks a fact, because an older or a newer server wrote it. */
export function newsInWords(news: News, language: Language): NewsWords | null {
  const topic = topicOf(news);
  if (topic === null) return null;
  const facts = { ...news.facts, amount: amountOf(topic, news.facts, language) };
  const { title, body } = newsWords[language][topic];
  return { title: fill(title, facts), body: fill(body, facts) };
}

/** The facts that every entry about an order has. */
const ofOrder = ['shop', 'buyer', 'product', 'amountMinor', 'currency'];

const orders = new Map<string | undefined, Topic>([
  ['online', 'newOrder'],
  ['cash', 'newCashOrder'],
]);
const parcels = new Map<string | undefined, Topic>([
  ['online', 'shipped'],
  ['cash', 'shippedUnpaid'],
]);
const closings = new Map<string | undefined, Topic>([
  ['unpaid', 'unpaid'],
  ['unconfirmed', 'unconfirmed'],
  ['withdrawn', 'withdrawn'],
]);
const disputes = new Map<string | undefined, Topic>([
  ['inquiry', 'inquiry'],
  ['inquiry_closed', 'inquiryClosed'],
  ['open', 'disputed'],
  ['won', 'disputeWon'],
  ['lost', 'disputeLost'],
]);

function topicOf({ kind, facts }: News): Topic | null {
  const has = (...names: string[]) => names.every((name) => facts[name] !== undefined);
  if (kind === 'stream_live') return has('seller', 'title') ? 'live' : null;
  if (!has(...ofOrder)) return null;
  switch (kind) {
    case 'new_order':
      return orders.get(facts.payment) ?? null;
    case 'order_paid':
      return 'paid';
    case 'one_time_code':
      return has('code') ? 'code' : null;
    case 'order_confirmed':
      return 'confirmed';
    case 'order_shipped':
      return parcels.get(facts.payment) ?? null;
    case 'order_closed':
      return closings.get(facts.cause) ?? null;
    case 'order_refunded':
      return has('refundedMinor') ? 'refunded' : null;
    case 'order_disputed':
      return disputes.get(facts.outcome) ?? null;
    case 'refund_requested':
      return 'refundRequested';
    case 'refund_failed':
      return 'refundFailed';
    case 'refund_declined':
      return 'refundDeclined';
    default:
      return null;
  }
}

function amountOf(topic: Topic, facts: News['facts'], language: Language): string {
  const amountMinor = Number(topic === 'refunded' ? facts.refundedMinor : facts.amountMinor);
  const currency = Currency.safeParse(facts.currency).data;
  return currency && Number.isSafeInteger(amountMinor)
    ? formatMoney({ amountMinor, currency }, language)
    : '';
}

function fill(text: string, facts: Record<string, string>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_match, name: string) => facts[name] ?? '');
}
