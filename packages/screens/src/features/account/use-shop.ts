import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ShopView } from '@vybekart/contract';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { useToast } from '../../ui/toast';

export function useShop(handle: string) {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.shop(handle),
    queryFn: () => api.call('getShop', { params: { handle } }),
    staleTime: 15_000,
  });
}

/** Follows or unfollows; the button turns at once and turns back when the server refuses. */
export function useFollow(handle: string) {
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const errorMessage = useErrorMessage();
  const key = queryKeys.shop(handle);
  return useMutation({
    mutationFn: (follows: boolean) => api.call(follows ? 'follow' : 'unfollow', { params: { handle } }),
    onMutate: (follows) => {
      const before = queries.getQueryData<ShopView>(key);
      if (before && before.isFollowing !== follows) {
        const followerCount = Math.max(0, before.followerCount + (follows ? 1 : -1));
        queries.setQueryData<ShopView>(key, { ...before, isFollowing: follows, followerCount });
      }
      return before;
    },
    onError: (error, _follows, before) => {
      queries.setQueryData(key, before);
      toast.show({ icon: 'CircleAlert', tone: 'trouble', title: errorMessage(error) });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
}
