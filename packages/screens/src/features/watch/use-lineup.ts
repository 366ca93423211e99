import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';

/** The products of a show in the order in which the seller shows them. */
export function useLineup(streamId: string) {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.lineup(streamId),
    queryFn: () => api.call('lineup', { params: { id: streamId } }),
    staleTime: 30_000,
  });
}
