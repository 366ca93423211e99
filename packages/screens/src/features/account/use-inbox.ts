import { useQuery } from '@tanstack/react-query';
import { useApi, useSession } from '../../app/client';
import { queryKeys } from '../../app/query-keys';

/** The newest fifty entries of the inbox; nothing for a guest. */
export function useInbox() {
  const api = useApi();
  const signedIn = useSession().status === 'signed_in';
  return useQuery({
    queryKey: queryKeys.notifications,
    queryFn: () => api.call('listNotifications', { query: { limit: 50 } }),
    enabled: signedIn,
    refetchInterval: 60_000,
  });
}

export function useUnreadCount(): number {
  const signedIn = useSession().status === 'signed_in';
  const { data } = useInbox();
  if (!signedIn || !data) return 0;
  return data.items.filter((entry) => entry.readAt === null).length;
}
