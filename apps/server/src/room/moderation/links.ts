/** Endings that are meant as an address wherever they stand; `.in` and `.co` are common in India's. */
const endings =
  'com|net|org|in|co|io|app|dev|shop|store|xyz|link|live|online|site|info|biz|club|top|ru|cn|ly|gg|gl|tv';
/** Endings that are also words, so only with a path behind them. */
const endingsWithPath = 'me|is|so|to|it|at|be|us';

const schemes = /(?:https?|ftp):\/\/|www\.[\p{L}\p{N}]/iu;
const bareDomain = new RegExp(
  `(?<=[\\p{L}\\p{N}])\\.(?:(?:${endings})(?![\\p{L}\\p{N}-])|(?:${endingsWithPath})/)`,
  'iu',
);

/**
 * Whether a text names an address in the web: with a scheme, with www, or a bare domain of a common ending. Full-width
 * dots and what cannot be seen are no way around. Linear: nothing in front of the dot is searched.
 */
export function hasLink(text: string): boolean {
  const plain = text
    .normalize('NFKC')
    .replace(/[\p{Cf}]/gu, '')
    .replace(/[。｡]/gu, '.');
  return schemes.test(plain) || bareDomain.test(plain);
}
