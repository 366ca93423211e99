import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReviewDecision } from '@vybekart/contract';
import { useEffect } from 'react';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useRoom } from './room-context';

/** What waits for a decision in a room, kept up by the room's news; for those who moderate it. */
export function useReview(streamId: string) {
  const api = useApi();
  const room = useRoom();
  const queries = useQueryClient();
  const queryKey = queryKeys.review(streamId);
  const queue = useQuery({
    queryKey,
    queryFn: () => api.call('reviewQueue', { params: { id: streamId }, query: { limit: 50 } }),
    // The room tells at once; this is for a socket that is down.
    refetchInterval: 30_000,
  });
  useEffect(() => {
    const refresh = () => void queries.invalidateQueries({ queryKey: queryKeys.review(streamId) });
    const stops = [room.onEvent('review_requested', refresh), room.onEvent('review_settled', refresh)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [room, queries, streamId]);
  const settle = useMutation({
    mutationFn: ({ messageId, decision }: { messageId: string } & ReviewDecision) =>
      api.call('reviewMessage', { params: { id: streamId, messageId }, body: { decision } }),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  return { queue, settle };
}
