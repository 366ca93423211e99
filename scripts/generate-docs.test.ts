import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { pages } from './generate-docs.ts';

test.each(Object.entries(pages()))('docs/%s says what the code says', async (name, text) => {
  expect(await readFile(new URL(`../docs/${name}`, import.meta.url), 'utf8')).toBe(text);
});
