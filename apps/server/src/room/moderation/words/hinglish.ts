/** The sound of each consonant, aspirated or not, as the folded key writes it. */
const consonants: Record<string, string> = {
  ...{ क: 'k', ख: 'k', ग: 'g', घ: 'g', ङ: 'n', च: 'c', छ: 'c', ज: 'j', झ: 'j', ञ: 'n', ट: 't', ठ: 't' },
  ...{ ड: 'd', ढ: 'd', ण: 'n', त: 't', थ: 't', द: 'd', ध: 'd', न: 'n', प: 'p', फ: 'f', ब: 'b', भ: 'b' },
  ...{ म: 'm', य: 'i', र: 'r', ल: 'l', ळ: 'l', व: 'v', श: 's', ष: 's', स: 's', ह: 'h' },
};
/** Vowels at the beginning of a syllable and as signs; long and short ones sound alike here. */
const vowels: Record<string, string> = {
  ...{ अ: 'a', आ: 'a', इ: 'i', ई: 'i', उ: 'u', ऊ: 'u', ऋ: 'ri', ए: 'e', ऐ: 'e', ओ: 'o', औ: 'o', ऑ: 'o' },
  ...{
    'ा': 'a',
    'ि': 'i',
    'ी': 'i',
    'ु': 'u',
    'ू': 'u',
    'ृ': 'ri',
    'े': 'e',
    'ै': 'e',
    'ो': 'o',
    'ौ': 'o',
    'ॉ': 'o',
    'ॅ': 'e',
  },
};
const nukta = '़';
const virama = '्';
const nasals = new Set(['ं', 'ँ']);
const visarga = 'ः';

const digraphs: Record<string, string> = {
  ...{ kh: 'k', gh: 'g', ch: 'c', jh: 'j', th: 't', dh: 'd', ph: 'f', bh: 'b', sh: 's', ck: 'k' },
  ...{
    aa: 'a',
    ee: 'i',
    ii: 'i',
    oo: 'u',
    uu: 'u',
    ou: 'u',
    ai: 'e',
    ay: 'e',
    ei: 'e',
    ey: 'e',
    au: 'o',
    aw: 'o',
  },
};
const singles: Record<string, string> = { c: 'k', q: 'k', z: 'j', w: 'v', x: 'ks', y: 'i' };

/**
 * What a Hindi word sounds like, however it is written, so that chutiya, chootiya and the Devanagari spelling have one
 * key. `word`: lower-case Latin letters, or Devanagari. The rules, in their order:
 *
 * 1. Devanagari: nukta and visarga fall away; nasal signs are n; an inherent a stays unless it ends the word or
 *    stands between a vowel, a consonant and a consonant with a vowel (haramzada, not haramazada).
 * 2. Latin: aspirates lose their h (kh gh ch jh th dh bh sh), ph is f; ck and a c that is not ch are k, as is q;
 *    z is j, w is v, x is ks, y is i.
 * 3. Vowels: aa a, ee ii i, oo ou uu u, ai ay ei ey e, au aw o.
 * 4. A letter that is doubled stands once.
 *
 * Linear in the length of the word.
 */
export function soundKey(word: string): string {
  const sounds = /\p{Script=Devanagari}/u.test(word) ? soundsOfDevanagari(word) : soundsOfLatin(word);
  return withoutDoubles(sounds);
}

function soundsOfLatin(word: string): string {
  let sounds = '';
  for (let index = 0; index < word.length; ) {
    const pair = digraphs[word.slice(index, index + 2)];
    if (pair !== undefined) {
      sounds += pair;
      index += 2;
      // chh is ch.
      if (pair === 'c' && word[index] === 'h') index += 1;
    } else {
      const letter = word[index] as string;
      sounds += singles[letter] ?? letter;
      index += 1;
    }
  }
  return sounds;
}

interface Syllable {
  consonant: string;
  /** `null` is the inherent a; an empty one was taken away by a virama. */
  vowel: string | null;
  nasal: string;
}

function soundsOfDevanagari(word: string): string {
  const syllables = syllablesOf(word);
  return syllables
    .map(({ consonant, vowel, nasal }, index) => {
      const isSilent = vowel === null && nasal === '' && fallsSilent(syllables, index);
      return consonant + (isSilent ? '' : (vowel ?? 'a')) + nasal;
    })
    .join('');
}

function fallsSilent(syllables: readonly Syllable[], index: number): boolean {
  const [before, after] = [syllables[index - 1], syllables[index + 1]];
  if (!before) return false;
  if (!after) return true;
  return before.vowel !== '' && after.consonant !== '' && after.vowel !== '' && after.vowel !== null;
}

function syllablesOf(word: string): Syllable[] {
  const syllables: Syllable[] = [];
  for (const sign of word) {
    const last = syllables.at(-1);
    if (sign === nukta || sign === visarga) continue;
    if (nasals.has(sign)) {
      if (last) last.nasal = 'n';
    } else if (sign === virama) {
      if (last) last.vowel = '';
    } else if (consonants[sign] !== undefined) {
      syllables.push({ consonant: consonants[sign], vowel: null, nasal: '' });
    } else if (/\p{M}/u.test(sign)) {
      if (last) last.vowel = vowels[sign] ?? last.vowel;
    } else {
      syllables.push({ consonant: '', vowel: vowels[sign] ?? sign, nasal: '' });
    }
  }
  return syllables;
}

function withoutDoubles(sounds: string): string {
  return sounds.replace(/(.)\1+/gu, '$1');
}
