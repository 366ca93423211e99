import { latinOf, unleet } from './confusables.ts';
import { soundKey } from './hinglish.ts';

/** Shorter sounds than this say too little: `as` must not be found in the place of `ass`. */
const minSoundLength = 4;
/** So many single letters in a row are one word that was spaced out: f u c k, f.u.c.k. */
const minSpacedLetters = 3;

const word = /[\p{L}\p{M}\p{N}@$!]+/gu;
/** Zero-width characters, soft hyphens, joiners, variation selectors. */
const invisible = /\p{Cf}|\u034f|[\u115f\u1160\u3164]|[\ufe00-\ufe0f]/gu;
/** Accents over Latin, Greek and Cyrillic letters; the signs of other scripts are letters of their own. */
const accents = /[\u0300-\u036f]/gu;
const hasLetter = /\p{L}/u;
const isDevanagari = /\p{Script=Devanagari}/u;

/** A word as a filter sees it: any key that two words have in common makes them the same. */
export type WordKeys = readonly string[];

/**
 * Takes a text apart into its words, each with the keys under which a blocked word is looked up:
 *
 * - NFKC, lower case, without what cannot be seen and without accents;
 * - Cyrillic and Greek look-alikes, and in words with a letter also digits and signs, as Latin letters;
 * - a letter three times or more in a row counts as once and as twice (asss is as and ass, but as is not ass);
 * - Devanagari without nukta, with long and short i and u, e and ai, o and au as one;
 * - and the sound of words that are long enough, see `soundKey`.
 *
 * Words end where their letters end: a blocked word inside another word (Scunthorpe) is not found. Linear in the
 * length of the text.
 */
export function foldWords(text: string): WordKeys[] {
  const plain = text.normalize('NFKC').toLowerCase().replace(invisible, '');
  const bare = plain.normalize('NFD').replace(accents, '').normalize('NFC');
  return withSpacedOut((bare.match(word) ?? []).map(foldWord).filter((each) => each !== '')).map(keysOf);
}

function foldWord(raw: string): string {
  const latin = Array.from(withoutEdges(raw), latinOf).join('');
  return hasLetter.test(latin) ? Array.from(latin, unleet).join('') : latin;
}

/** Without the signs of a mention or an exclamation, which spell nothing. */
function withoutEdges(raw: string): string {
  let start = 0;
  let end = raw.length;
  while (raw[start] === '@' || raw[start] === '!') start += 1;
  while (end > start && raw[end - 1] === '!') end -= 1;
  return raw.slice(start, end);
}

/** The words, and after each run of single letters the word that they spell. */
function withSpacedOut(words: readonly string[]): string[] {
  const all: string[] = [];
  let run: string[] = [];
  const endRun = () => {
    if (run.length >= minSpacedLetters) all.push(run.join(''));
    run = [];
  };
  for (const each of words) {
    if (isOneLetter(each)) run.push(each);
    else endRun();
    all.push(each);
  }
  endRun();
  return all;
}

function isOneLetter(folded: string): boolean {
  return /^\p{L}\p{M}*$/u.test(folded);
}

function keysOf(folded: string): WordKeys {
  const keys = new Set<string>();
  for (const kept of [1, 2]) {
    const word = shortenRuns(folded, kept);
    keys.add(isDevanagari.test(word) ? plainDevanagari(word) : word);
    const sound = soundKey(word);
    if (sound.length >= minSoundLength) keys.add(`~${sound}`);
  }
  return [...keys];
}

/** Three or more of a character become `kept` of it. */
function shortenRuns(word: string, kept: number): string {
  return word.replace(/(.)\1{2,}/gu, (_, character: string) => character.repeat(kept));
}

const sameSigns: Record<string, string> = {
  'ी': 'ि',
  'ू': 'ु',
  'ै': 'े',
  'ौ': 'ो',
  'ँ': 'ं',
  '़': '',
  ई: 'इ',
  ऊ: 'उ',
  ऐ: 'ए',
  औ: 'ओ',
};

function plainDevanagari(word: string): string {
  return Array.from(word.normalize('NFD'), (sign) => sameSigns[sign] ?? sign).join('');
}
