import type { Stream } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { StateView } from '../../ui/state-view';
import { space } from '../../ui/tokens';
import { Counter, useDashboard } from './show-counters';
import { ShowOrders } from './show-orders';

/** What is left of a show. */
export function ShowOver({ stream }: { stream: Stream }) {
  return stream.startedAt ? <HowItWent stream={stream} /> : <NeverBegan />;
}

function NeverBegan() {
  const { t } = useTranslation();
  const { navigation } = usePlatform();
  return (
    <StateView icon="VideoOff" title={t('studio.over.never')} body={t('studio.over.neverBody')}>
      <Button label={t('studio.over.again')} onPress={() => navigation.push(paths.newShow)} />
    </StateView>
  );
}

function HowItWent({ stream }: { stream: Stream }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { navigation } = usePlatform();
  const { data } = useDashboard(stream.id);
  return (
    <View style={styles.column} testID="show-over">
      <StateView icon="Sparkles" tone="warm" title={t('studio.over.title')} body={t('studio.over.body')}>
        <Button
          icon="Package"
          label={t('studio.over.orders')}
          onPress={() => navigation.push(paths.sellerOrders)}
        />
        <Button kind="quiet" label={t('studio.over.again')} onPress={() => navigation.push(paths.newShow)} />
      </StateView>
      {data ? (
        <View style={styles.grid} role="group" aria-label={t('studio.counters.label')}>
          <Counter
            big
            icon="Sparkles"
            label={t('studio.counters.revenue')}
            value={format.money(data.revenue)}
          />
          <Counter icon="Package" label={t('studio.counters.orders')} value={format.count(data.orders)} />
          <Counter
            icon="ShoppingBag"
            label={t('studio.counters.units')}
            value={format.count(data.unitsSold)}
          />
          <Counter
            icon="Users"
            label={t('studio.counters.peak')}
            value={format.count(data.peakViewerCount)}
          />
          <Counter icon="Heart" label={t('studio.counters.hearts')} value={format.count(data.likeCount)} />
        </View>
      ) : null}
      <ShowOrders streamId={stream.id} />
    </View>
  );
}

const styles = StyleSheet.create({
  column: { gap: space.l, width: '100%', maxWidth: 720, alignSelf: 'center' },
  grid: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
