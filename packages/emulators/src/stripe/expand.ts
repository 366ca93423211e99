import { invalidParameter } from './api-error.ts';
import type { Ledger, TableName } from './ledger.ts';

const TABLES: [prefix: string, table: TableName][] = [
  ['pi_', 'payment_intent'],
  ['ch_', 'charge'],
  ['re_', 'refund'],
  ['du_', 'dispute'],
];
const MAX_DEPTH = 4;

/**
 * A copy of `body` in which each of `paths` (`latest_charge`, `data.charge`, ...) holds the object instead of its id.
 * https://docs.stripe.com/api/expanding_objects
 */
export function expand(ledger: Ledger, body: object, paths: string[]): object {
  return paths.reduce<object>((expanded, path) => {
    const steps = path.split('.');
    if (steps.length > MAX_DEPTH) {
      throw invalidParameter('expand', `At most ${MAX_DEPTH} levels can be expanded.`);
    }
    return expandAt(ledger, expanded, steps, path) as object;
  }, body);
}

function expandAt(ledger: Ledger, value: unknown, steps: string[], path: string): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (value === null || typeof value === 'string') return value && findObject(ledger, value, path);
    throw notExpandable(path);
  }
  if (Array.isArray(value)) return value.map((element) => expandAt(ledger, element, steps, path));
  const object = typeof value === 'string' ? findObject(ledger, value, path) : value;
  if (object === null) return null;
  if (typeof object !== 'object' || !Object.hasOwn(object, step)) throw notExpandable(path);
  return { ...object, [step]: expandAt(ledger, (object as Record<string, unknown>)[step], rest, path) };
}

function findObject(ledger: Ledger, id: string, path: string): object {
  const table = TABLES.find(([prefix]) => id.startsWith(prefix))?.[1];
  const object = table && ledger.get(table, id);
  if (!object) throw notExpandable(path);
  return object;
}

const notExpandable = (path: string) =>
  invalidParameter('expand', `This property cannot be expanded (${path.slice(0, 80)}).`);
