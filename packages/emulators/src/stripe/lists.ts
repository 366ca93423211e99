import { invalidParameter, noSuchObject } from './api-error.ts';
import type { List } from './event-objects.ts';
import type { FormMembers } from './form-body.ts';
import type { OrderedCollection } from './ordered-collection.ts';
import { allowOnly, readGroup, readInteger, readText } from './parameters.ts';

const PAGING = ['created', 'ending_before', 'expand', 'limit', 'starting_after'];
const COMPARISONS = {
  gt: (created: number, bound: number) => created > bound,
  gte: (created: number, bound: number) => created >= bound,
  lt: (created: number, bound: number) => created < bound,
  lte: (created: number, bound: number) => created <= bound,
};
type Comparison = keyof typeof COMPARISONS;

/**
 * A page of objects, the newest first. `filters` names the parameters that select by one field.
 * https://docs.stripe.com/api/pagination
 */
export function list<T extends { id: string; object: string; created: number }>(
  rows: OrderedCollection<T>,
  parameters: FormMembers,
  url: string,
  filters: Record<string, (row: T) => string | null>,
  isListed: (row: T) => boolean = () => true,
): List<T> {
  allowOnly(parameters, new Set([...PAGING, ...Object.keys(filters)]));
  const limit = readInteger(parameters, 'limit') ?? 10;
  if (limit < 1 || limit > 100) throw invalidParameter('limit', 'The limit is between 1 and 100.');
  const startingAfter = readCursor(rows, parameters, 'starting_after');
  const endingBefore = readCursor(rows, parameters, 'ending_before');
  if (startingAfter && endingBefore) {
    throw invalidParameter('ending_before', 'Give starting_after or ending_before, not both.');
  }
  const wanted = Object.entries(filters).flatMap(([name, field]) => {
    const value = readText(parameters, name);
    return value === undefined ? [] : [(row: T) => field(row) === value];
  });
  const { isInRange, earliest } = readCreatedRange(parameters);

  const data: T[] = [];
  let hasMore = false;
  const candidates = endingBefore ? rows.newerThan(endingBefore) : rows.newestFirst(startingAfter);
  for (const row of candidates) {
    if (!endingBefore && row.created < earliest) break;
    if (!isListed(row) || !isInRange(row.created) || !wanted.every((matches) => matches(row))) continue;
    if (data.length === limit) {
      hasMore = true;
      break;
    }
    data.push(row);
  }
  if (endingBefore) data.reverse();
  return { object: 'list', data, has_more: hasMore, url };
}

function readCursor<T extends { id: string }>(
  rows: OrderedCollection<T>,
  parameters: FormMembers,
  name: string,
): string | undefined {
  const id = readText(parameters, name);
  if (id !== undefined && !rows.get(id)) throw noSuchObject('object', id.slice(0, 80), name, 400);
  return id;
}

/** `created=t`, or `created[gt|gte|lt|lte]=t`. Rows older than `earliest` can be left unread. */
function readCreatedRange(parameters: FormMembers): {
  isInRange(created: number): boolean;
  earliest: number;
} {
  if (typeof parameters.created === 'string') {
    const at = readInteger(parameters, 'created') as number;
    return { isInRange: (created) => created === at, earliest: at };
  }
  const group = readGroup(parameters, 'created') ?? {};
  allowOnly(group, new Set(Object.keys(COMPARISONS)));
  const bounds = (Object.keys(group) as Comparison[]).map(
    (comparison) => [comparison, readInteger(group, comparison) as number] as const,
  );
  const lowest = bounds.filter(([comparison]) => comparison.startsWith('g')).map(([, bound]) => bound);
  return {
    isInRange: (created) => bounds.every(([comparison, bound]) => COMPARISONS[comparison](created, bound)),
    earliest: Math.max(Number.NEGATIVE_INFINITY, ...lowest),
  };
}
