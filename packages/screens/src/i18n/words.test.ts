import { errorTable } from '@vybekart/contract';
import { describe, expect, test } from 'vitest';
import { en } from './en';
import { hi } from './hi';
import { chooseLanguage } from './languages';

type Words = { [key: string]: string | Words };

function flatten(words: Words, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') flat.set(prefix + key, value);
    else for (const [path, text] of flatten(value, `${prefix}${key}.`)) flat.set(path, text);
  }
  return flat;
}

const english = flatten(en);
const hindi = flatten(hi);
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe('words', () => {
  test('Hindi says everything that English says, and nothing else', () => {
    expect([...hindi.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test('no word is empty', () => {
    for (const [key, text] of [...english, ...hindi]) expect(text.trim(), key).not.toBe('');
  });

  test('both languages fill in the same facts', () => {
    for (const [key, text] of english)
      expect(placeholders(hindi.get(key) ?? ''), key).toEqual(placeholders(text));
  });

  test('every counted phrase has the plural forms of both languages', () => {
    for (const language of [english, hindi]) {
      for (const key of language.keys()) {
        if (key.endsWith('_one')) expect(language.has(key.replace(/_one$/, '_other')), key).toBe(true);
      }
    }
  });

  test('Hindi is written in Devanagari', () => {
    const withLetters = [...hindi].filter(([, text]) => /\p{L}/u.test(text.replace(/\{\{\w+\}\}/g, '')));
    const untranslated = withLetters.filter(([, text]) => !/\p{Script=Devanagari}/u.test(text));
    // The switch offers the other language in its own script.
    expect(untranslated.map(([key]) => key)).toEqual(['common.language.switch', 'common.language.short']);
  });

  test.each(Object.keys(errorTable))('%s has a sentence of its own in both languages', (code) => {
    expect(english.get(`errors.${code}`)).toMatch(/[.!]$/);
    expect(hindi.get(`errors.${code}`)).toMatch(/।$/);
  });

  test('no error is shown twice in different clothes: a request that never arrived has its own words', () => {
    expect(english.get('errors.network')).not.toBe(english.get('errors.unavailable'));
    expect(hindi.get('errors.timeout')).not.toBe(hindi.get('errors.network'));
  });
});

describe('the first language', () => {
  test('is the one that was chosen before', () => {
    expect(chooseLanguage('hi', ['en-IN'])).toBe('hi');
  });

  test('is the first one of the device that we speak', () => {
    expect(chooseLanguage(null, ['mr-IN', 'hi-IN', 'en'])).toBe('hi');
    expect(chooseLanguage('klingon', ['fr'])).toBe('en');
  });
});
