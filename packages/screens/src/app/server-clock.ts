import { useQuery } from '@tanstack/react-query';
import { useApi } from './client';

/** Milliseconds to add to this device's clock to have the server's; 0 until it is known. */
export function useServerClockOffset(): number {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['server-clock'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const askedAtMs = Date.now();
      const { now } = await api.call('time');
      // The answer was made half a round trip ago.
      return Math.round(Date.parse(now) - (askedAtMs + Date.now()) / 2);
    },
  });
  return data ?? 0;
}
