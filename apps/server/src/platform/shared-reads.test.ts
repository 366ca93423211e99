import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SharedReads } from './shared-reads.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Statements that are answered by hand. */
function openReads() {
  const statements: { keys: readonly string[]; answer: () => Promise<void>; fail: () => Promise<void> }[] =
    [];
  const reads = new SharedReads<string>((keys) => {
    const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, string>>();
    const known = keys.filter((key) => key !== 'nobody');
    statements.push({
      keys,
      answer: async () => {
        resolve(new Map(known.map((key) => [key, `the row of ${key}`])));
        await turn();
      },
      fail: async () => {
        reject(new Error('the connection broke'));
        await turn();
      },
    });
    return promise;
  });
  return { reads, statements };
}
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('one reader alone is read for at once, and whoever asks in the same turn is read with it', async () => {
  const { reads, statements } = openReads();
  const answers = Promise.all(['a', 'b', 'a', 'nobody'].map((key) => reads.read(key)));
  await turn();
  expect(statements.map(({ keys }) => keys)).toEqual([['a', 'b', 'nobody']]);
  await statements[0]?.answer();
  expect(await answers).toEqual(['the row of a', 'the row of b', 'the row of a', undefined]);
});

test('while two statements are under way those who come wait, and share the next one', async () => {
  const { reads, statements } = openReads();
  const early = ['a', 'b'].map(async (key) => {
    const row = reads.read(key);
    await turn();
    return row;
  });
  await turn();
  await turn();
  const first = reads.read('c');
  await turn();
  const late = Promise.all(['d', 'e', 'f'].map((key) => reads.read(key)));
  await turn();
  expect(statements.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c']]);
  await statements[0]?.answer();
  expect(statements.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c'], ['d', 'e', 'f']]);
  await statements[1]?.answer();
  await statements[2]?.answer();
  expect(await Promise.all(early)).toEqual(['the row of a', 'the row of b']);
  expect(await first).toBe('the row of c');
  expect(await late).toEqual(['the row of d', 'the row of e', 'the row of f']);
});

test('a statement that fails fails its readers alone, and the next reader is read for anew', async () => {
  const { reads, statements } = openReads();
  const failed = reads.read('a').catch((error: Error) => error.message);
  await turn();
  const other = reads.read('b');
  await turn();
  await statements[0]?.fail();
  await statements[1]?.answer();
  expect([await failed, await other]).toEqual(['the connection broke', 'the row of b']);
  const again = reads.read('a');
  await turn();
  await statements[2]?.answer();
  expect(await again).toBe('the row of a');
});

test('statements that are never answered do not keep others waiting', async () => {
  const { reads, statements } = openReads();
  for (const key of ['a', 'b']) {
    void reads.read(key);
    await turn();
  }
  const late = reads.read('c');
  await turn();
  expect(statements).toHaveLength(2);
  vi.advanceTimersByTime(20);
  expect(statements).toHaveLength(3);
  await statements[2]?.answer();
  expect(await late).toBe('the row of c');
});
