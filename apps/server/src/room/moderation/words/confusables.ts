/**
 * Letters that look like Latin ones, as people use them to get around a filter: the lower-case Cyrillic and Greek
 * look-alikes of Unicode's confusables.txt (UTS #39) and the Latin letters that NFKD does not take apart. Capitals,
 * full-width, circled and mathematical letters are gone before, by NFKC and lower case.
 */
const lookAlikes: Record<string, string> = {
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  ё: 'e',
  һ: 'h',
  н: 'h',
  і: 'i',
  ї: 'i',
  ј: 'j',
  к: 'k',
  ӏ: 'l',
  м: 'm',
  п: 'n',
  о: 'o',
  р: 'p',
  ԛ: 'q',
  г: 'r',
  ѕ: 's',
  т: 't',
  ц: 'u',
  ѵ: 'v',
  ԝ: 'w',
  ш: 'w',
  х: 'x',
  у: 'y',
  α: 'a',
  β: 'b',
  ϲ: 'c',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  μ: 'u',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  γ: 'y',
  ω: 'w',
  ı: 'i',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ħ: 'h',
  ŧ: 't',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ɑ: 'a',
  ɡ: 'g',
  ɩ: 'i',
  ʋ: 'v',
};

/** Digits and signs that stand for letters in the middle of a word (leetspeak). */
const leet: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** One character as the Latin letters that it stands for; itself when it stands for none. */
export function latinOf(character: string): string {
  return lookAlikes[character] ?? character;
}

/** The same for leetspeak; for words that hold a letter. */
export function unleet(character: string): string {
  return leet[character] ?? character;
}
