import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useFormat } from '../../i18n/use-format';
import type { IconName } from '../../platform/icons';
import { Icon } from '../../ui/icon';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import { useRoomValue } from '../room/room-context';

/** Money and orders come from the server's books, people and hearts from the room. */
export function useDashboard(streamId: string) {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.dashboard(streamId),
    queryFn: () => api.call('sellerDashboard', { query: { streamId } }),
    refetchInterval: 5000,
  });
}

export function ShowCounters({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useDashboard(streamId);
  const viewers = useRoomValue((view) => view.viewerCount);
  const hearts = useRoomValue((view) => view.likeCount);
  return (
    <View role="group" aria-label={t('studio.counters.label')} style={styles.grid}>
      <Counter
        icon="Sparkles"
        big
        label={t('studio.counters.revenue')}
        value={data ? format.money(data.revenue) : '–'}
        testID="counter-revenue"
      />
      <Counter
        icon="Package"
        label={t('studio.counters.orders')}
        value={data ? format.count(data.orders) : '–'}
        testID="counter-orders"
      />
      <Counter
        icon="Eye"
        label={t('studio.counters.viewers')}
        value={format.count(viewers)}
        testID="counter-viewers"
      />
      <Counter
        icon="Heart"
        label={t('studio.counters.hearts')}
        value={format.count(hearts)}
        testID="counter-hearts"
      />
    </View>
  );
}

interface CounterProps {
  icon: IconName;
  label: string;
  value: string;
  big?: boolean;
  testID?: string;
}

export function Counter({ icon, label, value, big, testID }: CounterProps) {
  return (
    <View style={[styles.counter, big && styles.big]} aria-label={`${label}: ${value}`} role="group">
      <View style={styles.head}>
        <Icon name={icon} size={16} tint={big ? color.marigold : color.muted} />
        <Text variant="micro" tone="muted" numberOfLines={1}>
          {label}
        </Text>
      </View>
      <Text variant="title" tone={big ? 'marigold' : 'text'} tabular numberOfLines={1} testID={testID}>
        {value}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  grid: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
  counter: {
    flexGrow: 1,
    flexBasis: 96,
    minWidth: 0,
    padding: space.m,
    gap: 2,
    borderRadius: radius.l,
    borderWidth: 1,
    borderColor: color.line,
    backgroundColor: color.surface,
  },
  big: { flexBasis: 200, backgroundColor: color.marigoldSoft, borderColor: 'rgba(255, 178, 36, 0.3)' },
  head: { flexDirection: 'row', alignItems: 'center', gap: space.xs },
});
