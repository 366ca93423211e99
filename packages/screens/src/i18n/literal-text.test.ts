import { expect, test } from 'vitest';
import { en } from './en';

declare global {
  interface ImportMeta {
    /** Vite's: the matching files, here as text. */
    glob(
      patterns: readonly string[],
      options: { query: '?raw'; import: 'default'; eager: true },
    ): Record<string, string>;
  }
}

const sources = import.meta.glob(['../**/*.ts', '../**/*.tsx', '!../**/*.test.ts', '!./en/**', '!./hi/**'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

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

type Words = { [key: string]: string | Words };

function keysOf(words: Words, prefix = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysOf(value, `${prefix}${key}.`),
  );
}

test('the scan sees a sentence that was left in a screen', () => {
  expect(literals('<Text>Buy this now</Text>')).toEqual(['Buy this now']);
  expect(literals('<Field label="Your name" />')).toEqual(['Your name']);
  expect(literals("<Text>{t('room.buyNow')}</Text>")).toEqual([]);
});

test('no screen holds text of its own: every word comes from the words of both languages', () => {
  const screens = Object.entries(sources).filter(([file]) => file.endsWith('.tsx'));
  expect(screens.length).toBeGreaterThan(80);
  const found = screens.flatMap(([file, source]) => literals(source).map((text) => `${file}: ${text}`));
  expect(found).toEqual([]);
});

test('every word is said somewhere', () => {
  const code = Object.values(sources).join('\n');
  const prefixes = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map((match) => match[1] ?? '');
  const unsaid = keysOf(en)
    .map((key) => key.replace(/_(?:zero|one|other)$/, ''))
    .filter((key) => !code.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)));
  expect([...new Set(unsaid)]).toEqual([]);
});
