import { useInfiniteQuery } from '@tanstack/react-query';

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** What a list shows: exactly one of its states, as a screen's `switch` wants it. */
export type ListState<T> =
  | { kind: 'loading' }
  | { kind: 'error'; error: unknown; retry(): void }
  | { kind: 'empty' }
  | { kind: 'ready'; items: T[]; more: (() => void) | null; loadingMore: boolean };

interface Options<T> {
  queryKey: readonly unknown[];
  fetchPage(cursor: string | undefined): Promise<Page<T>>;
  enabled?: boolean;
  refetchIntervalMs?: number;
}

/** A cursor-paged list of the server. What was shown stays while it is fetched again or the network is gone. */
export function useList<T>({
  queryKey,
  fetchPage,
  enabled = true,
  refetchIntervalMs,
}: Options<T>): ListState<T> {
  const query = useInfiniteQuery({
    queryKey,
    enabled,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: refetchIntervalMs ?? false,
  });
  if (query.data) {
    const items = query.data.pages.flatMap((page) => page.items);
    if (items.length === 0) return { kind: 'empty' };
    return {
      kind: 'ready',
      items,
      more: query.hasNextPage ? () => void query.fetchNextPage() : null,
      loadingMore: query.isFetchingNextPage,
    };
  }
  if (query.isError) return { kind: 'error', error: query.error, retry: () => void query.refetch() };
  return { kind: 'loading' };
}
