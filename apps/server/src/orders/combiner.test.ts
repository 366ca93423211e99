import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Combiner } from './combiner.ts';

const few = { maxBatch: 3, maxWaiting: 10 };

/** A combiner whose statements end when the test says so. */
function gated(limits: { maxBatch: number; maxWaiting: number; isHalved?: boolean } = few) {
  const batches: { requests: readonly number[]; end(): void; fail(error: Error): void }[] = [];
  const combiner = new Combiner<number, number>(
    (requests) =>
      new Promise((resolve, reject) => {
        batches.push({
          requests,
          end: () => resolve(requests.map((request) => request * 10)),
          fail: reject,
        });
      }),
    limits,
  );
  return { batches, combiner };
}
/** Until a statement that could start has started. */
async function turn(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

test('requests that come while a statement is in flight share the next one, in their order', async () => {
  const { batches, combiner } = gated();
  const first = combiner.submit(1);
  await turn();
  const others = [2, 3, 4, 5].map((request) => combiner.submit(request));
  await turn();
  expect(batches.map((batch) => batch.requests)).toEqual([[1]]);
  batches[0]?.end();
  expect(await first).toBe(10);
  await turn();
  expect(batches[1]?.requests).toEqual([2, 3, 4]);
  batches[1]?.end();
  await turn();
  expect(batches[2]?.requests).toEqual([5]);
  batches[2]?.end();
  expect(await Promise.all(others)).toEqual([20, 30, 40, 50]);
});

test('who comes in the same turn of the event loop as an outcome goes along with the next statement', async () => {
  const { batches, combiner } = gated();
  const answers = [combiner.submit(1)];
  await turn();
  batches[0]?.end();
  await answers[0];
  answers.push(combiner.submit(2));
  await turn();
  batches[1]?.end();
  answers.push(combiner.submit(3));
  await setImmediate();
  answers.push(combiner.submit(4));
  await turn();
  expect(batches[2]?.requests).toEqual([3, 4]);
  batches[2]?.end();
  expect(await Promise.all(answers)).toEqual([10, 20, 30, 40]);
});

test('many go in halves, where that is asked for, so that one half is worked on while the other is stored', async () => {
  const { batches, combiner } = gated({ maxBatch: 256, maxWaiting: 1000, isHalved: true });
  const submit = (count: number) => Array.from({ length: count }, (_, request) => combiner.submit(request));
  const answers = submit(64);
  await turn();
  batches[0]?.end();
  await turn();
  answers.push(...submit(32));
  batches[1]?.end();
  await turn();
  batches[2]?.end();
  await Promise.all(answers);
  expect(batches.map((batch) => batch.requests.length)).toEqual([32, 32, 32]);
  submit(12);
  await turn();
  expect(batches[3]?.requests).toHaveLength(12);
});

test('a request that makes its batch fail fails alone', async () => {
  const combiner = new Combiner<number, number>(async (requests) => {
    if (requests.includes(2)) throw new Error('two is refused');
    return [...requests];
  }, few);
  const answers = await Promise.allSettled([1, 2, 3].map((request) => combiner.submit(request)));
  expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('when the database is gone nobody waits for it one by one', async () => {
  const { batches, combiner } = gated();
  const answers = Promise.allSettled([1, 2, 3].map((request) => combiner.submit(request)));
  await turn();
  batches[0]?.fail(Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' }));
  expect((await answers).every((answer) => answer.status === 'rejected')).toBe(true);
  expect(batches).toHaveLength(1);
});

test('more requests than can be served soon are refused at once', async () => {
  const { combiner } = gated();
  const waiting = Array.from({ length: few.maxWaiting }, (_, request) => combiner.submit(request));
  await expect(combiner.submit(99)).rejects.toMatchObject({ code: 'unavailable' });
  expect(waiting).toHaveLength(few.maxWaiting);
});
