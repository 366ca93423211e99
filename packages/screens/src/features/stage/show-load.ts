import { failureCode } from '../../i18n/error-message';

/** A show on its way: `missing` when there is none (any more) to be seen, `private` when it is for others. */
export type ShowLoad<T> =
  | { kind: 'loading' }
  | { kind: 'missing' }
  | { kind: 'private' }
  | { kind: 'error'; error: unknown; retry(): void }
  | { kind: 'ready'; show: T };

interface Query<T> {
  data: T | undefined;
  isError: boolean;
  error: unknown;
  refetch(): unknown;
}

/** What a query for a show means for its screen. */
export function showLoad<T>(query: Query<T>): ShowLoad<T> {
  if (query.data !== undefined) return { kind: 'ready', show: query.data };
  if (!query.isError) return { kind: 'loading' };
  const code = failureCode(query.error);
  if (code === 'not_found' || code === 'validation_failed') return { kind: 'missing' };
  if (code === 'stream_private') return { kind: 'private' };
  return { kind: 'error', error: query.error, retry: () => void query.refetch() };
}
