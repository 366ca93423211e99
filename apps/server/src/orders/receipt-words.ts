import { type Language, locales } from '@vybekart/contract';

interface Words {
  title: string;
  orderId: string;
  ordered: string;
  paidAt: string;
  seller: string;
  buyer: string;
  item: string;
  amount: string;
  total: string;
  refund: string;
  refundPending: string;
  kept: string;
  payment: string;
  /** `digits`: the last four of the card. */
  card(brand: string, digits: string): string;
  upi: string;
  cash: string;
  online: string;
  note: string;
}

export const receiptWords: Record<Language, Words> = {
  en: {
    title: 'Receipt',
    orderId: 'Order',
    ordered: 'Ordered',
    paidAt: 'Paid',
    seller: 'Sold by',
    buyer: 'Bought by',
    item: 'Item',
    amount: 'Amount',
    total: 'Total paid',
    refund: 'Refunded',
    refundPending: 'Refund on its way',
    kept: 'Total after refunds',
    payment: 'Payment',
    card: (brand, digits) => `${brand} card ending in ${digits}`,
    upi: 'UPI',
    cash: 'Cash on delivery',
    online: 'Paid online',
    note: 'This is a receipt for your payment, not a tax invoice.',
  },
  hi: {
    title: 'रसीद',
    orderId: 'ऑर्डर',
    ordered: 'ऑर्डर किया',
    paidAt: 'भुगतान हुआ',
    seller: 'विक्रेता',
    buyer: 'ख़रीदार',
    item: 'चीज़',
    amount: 'रक़म',
    total: 'कुल भुगतान',
    refund: 'लौटाया गया',
    refundPending: 'पैसा लौट रहा है',
    kept: 'लौटाने के बाद कुल',
    payment: 'भुगतान का तरीक़ा',
    card: (brand, digits) => `${brand} कार्ड, आख़िरी अंक ${digits}`,
    upi: 'यूपीआई',
    cash: 'डिलीवरी पर नक़द',
    online: 'ऑनलाइन भुगतान',
    note: 'यह आपके भुगतान की रसीद है, टैक्स इनवॉइस नहीं।',
  },
};

/** "31 January 2026, 9:05 pm IST": a seller's and a buyer's clock in India. */
export function receiptTime(at: Date, language: Language): string {
  const text = new Intl.DateTimeFormat(locales[language], {
    timeZone: 'Asia/Kolkata',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  }).format(at);
  return `${text} IST`;
}

/** The language of ours that an Accept-Language header (RFC 9110 section 12.5.4) likes best; English for none. */
export function preferredLanguage(header: string | undefined): Language {
  const wanted = (header ?? '').split(',').map((entry) => {
    const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
    const quality = parameters.map((text) => /^\s*q=([0-9.]+)\s*$/.exec(text)?.[1]).find(Boolean);
    return { language: tag.split('-', 1)[0], quality: quality === undefined ? 1 : Number(quality) };
  });
  const known = wanted.filter(
    ({ language, quality }) => language !== undefined && Object.hasOwn(locales, language) && quality > 0,
  );
  const [best] = known.sort((a, b) => b.quality - a.quality);
  return (best?.language as Language | undefined) ?? 'en';
}
