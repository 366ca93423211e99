import type pg from 'pg';

/** Also statements that only read, when they call what writes; `select ... for update` locks and writes nothing. */
const writes = /\b(?:insert into|delete from|add_job)\b|(?<!\b(?:for|key) )\bupdate\b/i;

/**
 * The queue's own bookkeeping. A crash in the middle of a job leaves it begun, too, and one after its last commit leaves
 * it done and not crossed off.
 */
const booksOfJobs = /\bgraphile_worker"?\._private_/;

type Answer = { command: string; rowCount: number | null };
type Listener = (error: Error | null, answer?: Answer) => void;

/** Calls `onCommit` after each commit on a connection that may have changed something, before anybody hears of it. */
export function watchCommits(client: pg.PoolClient, onCommit: () => void): void {
  const query = client.query.bind(client) as (...input: unknown[]) => unknown;
  let hasWritten = false;
  const note = (text: string, { command, rowCount }: Answer) => {
    const mayChange = writes.test(text) && !booksOfJobs.test(text);
    if (mayChange && (command === 'SELECT' || rowCount !== 0)) hasWritten = true;
    if (client.getTransactionStatus() !== 'I') return;
    if (hasWritten && command !== 'ROLLBACK') onCommit();
    hasWritten = false;
  };
  const watched = (...input: unknown[]): unknown => {
    const [statement] = input as [string | { text?: string }];
    const text = typeof statement === 'string' ? statement : (statement.text ?? '');
    const listener = input.at(-1);
    if (typeof listener === 'function') {
      const told: Listener = (error, answer) => {
        if (answer) note(text, answer);
        listener(error, answer);
      };
      return query(...input.slice(0, -1), told);
    }
    const answer = query(...input);
    if (!(answer instanceof Promise)) return answer;
    return answer.then((told: Answer) => {
      note(text, told);
      return told;
    });
  };
  client.query = watched as typeof client.query;
}
