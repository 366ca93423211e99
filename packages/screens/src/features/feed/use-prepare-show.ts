import { useQueryClient } from '@tanstack/react-query';
import type { Stream } from '@vybekart/contract';
import { queryKeys } from '../../app/query-keys';
import { usePlatform } from '../../platform/context';

/** For a card that may be tapped: the show's screen begins with what the list knows, and the player is ready. */
export function usePrepareShow(stream: Stream): () => void {
  const queries = useQueryClient();
  const { prepareShow } = usePlatform();
  return () => {
    const key = queryKeys.stream(stream.id);
    // What the list knows is shown at once and asked for again behind it.
    if (!queries.getQueryData(key)) queries.setQueryData(key, stream, { updatedAt: 1 });
    prepareShow(stream.playback);
  };
}
