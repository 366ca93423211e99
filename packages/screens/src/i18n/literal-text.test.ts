import { expect, test } from 'vitest';

declare global {
  interface ImportMeta {
    /** Vite's: the matching files, here as text. */
    glob(pattern: string, options: { query: '?raw'; import: 'default'; eager: true }): Record<string, string>;
  }
}

const sources = import.meta.glob('../**/*.tsx', { query: '?raw', import: 'default', eager: true });

/** Text between tags, and attributes that a person reads or hears. */
const betweenTags = />\s*([^<>{}]*\p{L}{2,}[^<>{}]*?)\s*<\/\w/gu;
const spoken = /\b(?:aria-label|placeholder|label|title|body|hint|help)="([^"]*\p{L}[^"]*)"/gu;

/** Of what looks like text, what is code: arrow functions, generics, comparisons. */
const isCode = (text: string) => /[=;()&|?]|^\w+(\.\w+)*$/.test(text) && !/^\p{Lu}\p{Ll}+$/u.test(text);

function literals(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...code.matchAll(betweenTags), ...code.matchAll(spoken)]
    .map((match) => match[1] ?? '')
    .filter((text) => text !== '' && !isCode(text));
}

test('the scan sees a sentence that was left in a screen', () => {
  expect(literals('<Text>Buy this now</Text>')).toEqual(['Buy this now']);
  expect(literals('<Field label="Your name" />')).toEqual(['Your name']);
  expect(literals("<Text>{t('room.buyNow')}</Text>")).toEqual([]);
});

test('no screen holds text of its own: every word comes from the words of both languages', () => {
  expect(Object.keys(sources).length).toBeGreaterThan(80);
  const found = Object.entries(sources).flatMap(([file, source]) =>
    literals(source).map((text) => `${file}: ${text}`),
  );
  expect(found).toEqual([]);
});
