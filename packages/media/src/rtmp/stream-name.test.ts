import { expect, test } from 'vitest';
import { parseApp, parseStreamKey } from './stream-name.ts';

test.each([
  ['live', 'live'],
  ['live/', 'live'],
  ['', null],
  ['live/../../../tmp', null],
  ['live?x=1', null],
  ['a'.repeat(65), null],
  [null, null],
  [7, null],
])('application %s is %s', (text, app) => {
  expect(parseApp(text)).toBe(app);
});

test.each([
  ['k3y_-Z', 'k3y_-Z'],
  ['show?key=s3cret', 's3cret'],
  ['show?x=1&key=s3cret', 's3cret'],
  ['show?x=1', null],
  ['show?key=', null],
  ['show?key=../etc', null],
  ['../show?key=s3cret', null],
  ['', null],
  ['k'.repeat(65), null],
  ['name with spaces', null],
  [undefined, null],
])('published name %s holds the key %s', (text, key) => {
  expect(parseStreamKey(text)).toBe(key);
});
