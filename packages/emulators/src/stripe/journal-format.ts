import type { Event, EventObject } from './event-objects.ts';
import type { Ledger, StoredAnswer, TableName, Tables } from './ledger.ts';

type Put = { [T in TableName]: [table: T, row: Tables[T]] }[TableName];

/** What one transaction did to the ledger, in order. */
export interface ChangeSet {
  puts: Put[];
  removals: [table: TableName, id: string][];
}

/**
 * One line of JSON. A snapshot in an event, and the body of a stored answer, are most often the very object that the
 * same transaction put: then the number of that put stands in its place, which halves the journal.
 */
export function encodeChanges(changes: ChangeSet): string {
  const rows = changes.puts.map(([, row]) => row as object);
  const refer = <T extends object>(object: T): T | number => {
    const place = rows.indexOf(object);
    return place === -1 ? object : place;
  };
  const puts = changes.puts.map((put) => {
    if (put[0] === 'event') {
      const event = put[1];
      return [put[0], { ...event, data: { ...event.data, object: refer(event.data.object) } }];
    }
    if (put[0] === 'answer') return [put[0], { ...put[1], body: refer(put[1].body) }];
    return put;
  });
  return JSON.stringify(changes.removals.length > 0 ? [puts, changes.removals] : [puts]);
}

/** Applies one journalled line to the ledger. Returns how many rows it held. */
export function replayChanges(line: string, ledger: Ledger): number {
  const [puts, removals] = JSON.parse(line) as [Put[], ChangeSet['removals']?];
  const rowAt = (reference: unknown) => puts[reference as number]?.[1];
  for (const [table, row] of puts) {
    if (table === 'event') {
      const event = row as Event;
      const { object } = event.data;
      if (typeof object === 'number') event.data.object = rowAt(object) as EventObject;
    }
    if (table === 'answer') {
      const answer = row as StoredAnswer;
      if (typeof answer.body === 'number') answer.body = rowAt(answer.body) as object;
    }
    ledger.put(table, row);
  }
  for (const [table, id] of removals ?? []) ledger.tables[table].delete(id);
  return puts.length;
}

/** The whole ledger row by row, for a journal that begins anew. */
export function* snapshot(ledger: Ledger): Generator<ChangeSet> {
  for (const table of Object.keys(ledger.tables) as TableName[]) {
    for (const row of ledger.tables[table].oldestFirst()) yield { puts: [[table, row] as Put], removals: [] };
  }
}
