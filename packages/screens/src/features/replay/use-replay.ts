import { useQuery } from '@tanstack/react-query';
import { fetchReplayLog, type ReplayLog } from '@vybekart/client';
import type { Replay, Stream } from '@vybekart/contract';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { type ShowLoad, showLoad } from '../stage/show-load';

/** A past show with everything that a replay is made of. */
export interface PastShow {
  stream: Stream;
  replay: Replay;
  room: ReplayLog;
}

/** Loads a past show; `missing` when there is no such show, it is still on air, or its recording is gone. */
export function useReplay(streamId: string): ShowLoad<PastShow> {
  const api = useApi();
  const query = useQuery({
    queryKey: queryKeys.replay(streamId),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<PastShow> => {
      const params = { id: streamId };
      const [stream, replay, room] = await Promise.all([
        api.call('getStream', { params, signal }),
        api.call('getReplay', { params, signal }),
        fetchReplayLog(api, streamId, signal),
      ]);
      return { stream, replay, room };
    },
  });
  return showLoad(query);
}
