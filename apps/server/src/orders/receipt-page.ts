import { hash } from 'node:crypto';
import { type Currency, formatMoney, type Language, type ShippingAddress } from '@vybekart/contract';
import type { PaidWith } from '../payments/payment-provider.ts';
import { Html, html } from '../platform/html.ts';
import { receiptTime, receiptWords } from './receipt-words.ts';

export interface ReceiptFacts {
  orderId: string;
  shopName: string;
  shopHandle: string;
  buyerName: string;
  address: ShippingAddress | null;
  orderedAt: Date;
  paidAt: Date;
  currency: Currency;
  totalMinor: number;
  items: readonly { title: string; variantTitle: string; quantity: number; unitPriceMinor: number }[];
  /** Those that failed are left out. */
  refunds: readonly { amountMinor: number; at: Date; isPending: boolean }[];
  /** Null when nobody knows. */
  method: PaidWith | null;
}

const style = `
  :root { color-scheme: light; }
  * { box-sizing: border-box; }
  body { margin: 0; padding: 24px 16px; color: #1d1a16; background: #fff;
    font: 16px/1.5 system-ui, -apple-system, "Noto Sans", "Noto Sans Devanagari", sans-serif; overflow-wrap: anywhere; }
  main { max-width: 680px; margin: 0 auto; }
  h1 { margin: 0 0 4px; font-size: 28px; line-height: 1.2; }
  h2 { margin: 0; font-size: 13px; font-weight: 600; color: #655d52; }
  p { margin: 0; }
  .parties { display: flex; flex-wrap: wrap; gap: 16px 48px; margin: 24px 0; }
  .parties section { flex: 1 1 220px; }
  .id { font-family: ui-monospace, monospace; font-size: 13px; color: #655d52; }
  .quiet { color: #655d52; font-size: 14px; }
  table { width: 100%; border-collapse: collapse; margin: 8px 0 24px; }
  th { text-align: start; font-size: 13px; font-weight: 600; color: #655d52; }
  th, td { padding: 10px 0; vertical-align: top; border-bottom: 1px solid #ddd6ca; }
  th:last-child, td:last-child { text-align: end; white-space: nowrap; padding-inline-start: 16px;
    font-variant-numeric: tabular-nums; }
  tr { break-inside: avoid; }
  tfoot td { font-weight: 600; }
  tfoot .quiet { font-weight: 400; }
  footer { margin-top: 24px; }
  @page { size: A4; margin: 18mm; }
  @media print { body { padding: 0; font-size: 11pt; } main { max-width: none; } }
`;

/** Nothing runs and nothing is fetched: the page is its text and this one style. */
export const receiptPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A page that stands alone, on a phone and on A4. The policy stands in it too, for whoever keeps it as a file. */
export function receiptPage(facts: ReceiptFacts, language: Language): string {
  const words = receiptWords[language];
  const money = (amountMinor: number) =>
    formatMoney({ amountMinor, currency: facts.currency }, language, 'always');
  const time = (at: Date) => html`<time datetime="${at.toISOString()}">${receiptTime(at, language)}</time>`;
  const refundedMinor = facts.refunds.reduce((sum, refund) => sum + refund.amountMinor, 0);
  const page = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${receiptPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${words.title} · ${facts.shopName}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<h1>${words.title}</h1>
<p class="id">${words.orderId} ${facts.orderId}</p>
<div class="parties">
<section><h2>${words.seller}</h2><p><bdi>${facts.shopName}</bdi></p><p class="quiet">@${facts.shopHandle}</p></section>
<section><h2>${words.buyer}</h2><p><bdi>${facts.buyerName}</bdi></p>${address(facts.address)}</section>
<section><h2>${words.ordered}</h2><p>${time(facts.orderedAt)}</p></section>
<section><h2>${words.paidAt}</h2><p>${time(facts.paidAt)}</p></section>
<section><h2>${words.payment}</h2><p>${methodText(facts.method, language)}</p></section>
</div>
<table>
<thead><tr><th scope="col">${words.item}</th><th scope="col">${words.amount}</th></tr></thead>
<tbody>${facts.items.map(
    (item) => html`
<tr><td><bdi>${item.title}</bdi><p class="quiet"><bdi>${item.variantTitle}</bdi> · ${item.quantity} × ${money(item.unitPriceMinor)}</p></td><td>${money(item.unitPriceMinor * item.quantity)}</td></tr>`,
  )}
</tbody>
<tfoot>
<tr><td>${words.total}</td><td>${money(facts.totalMinor)}</td></tr>${facts.refunds.map(
    (refund) => html`
<tr><td>${refund.isPending ? words.refundPending : words.refund}<p class="quiet">${time(refund.at)}</p></td><td>−${money(refund.amountMinor)}</td></tr>`,
  )}${
    refundedMinor > 0
      ? html`
<tr><td>${words.kept}</td><td>${money(facts.totalMinor - refundedMinor)}</td></tr>`
      : null
  }
</tfoot>
</table>
<footer class="quiet">${words.note}</footer>
</main>
</body>
</html>
`;
  return page.text;
}

function address(to: ShippingAddress | null): Html | null {
  if (!to) return null;
  const lines = [to.name, to.line1, to.line2, `${to.city} ${to.postalCode}`, to.state];
  return html`<p class="quiet">${lines.flatMap((line) => (line ? [html`<bdi>${line}</bdi><br>`] : []))}</p>`;
}

function methodText(method: PaidWith | null, language: Language): string {
  const words = receiptWords[language];
  switch (method?.kind) {
    case 'card':
      return words.card(method.brand, method.lastDigits);
    case 'upi':
      return words.upi;
    case 'cash':
      return words.cash;
    default:
      return words.online;
  }
}
