import type { Shop, Stream } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useList } from '../../app/lists';
import { MoreButton } from '../../app/more-button';
import { queryKeys } from '../../app/query-keys';
import { Shell } from '../../app/shell';
import { useErrorMessage } from '../../i18n/error-message';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { linearGradient } from '../../ui/effects';
import { Link } from '../../ui/link';
import { Badge } from '../../ui/live-badge';
import { MenuRow } from '../../ui/menu-row';
import { Picture } from '../../ui/picture';
import { RetryButton } from '../../ui/retry-button';
import { Screen } from '../../ui/screen';
import { SkeletonRows } from '../../ui/skeleton';
import { StateView } from '../../ui/state-view';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import { CashSwitch } from './cash-switch';
import { RequireShop } from './require-shop';
import { isOpenShow, statusTone } from './show-status';

export function StudioScreen() {
  const { t } = useTranslation();
  return (
    <Shell>
      <Screen title={t('studio.title')} testID="studio-screen">
        <RequireShop>{(shop) => <StudioInner shop={shop} />}</RequireShop>
      </Screen>
    </Shell>
  );
}

function StudioInner({ shop }: { shop: Shop }) {
  const { t } = useTranslation();
  const api = useApi();
  const { navigation } = usePlatform();
  const errorMessage = useErrorMessage();
  const shows = useList({
    queryKey: queryKeys.myStreams,
    fetchPage: (cursor) => api.call('myStreams', { query: { limit: 20, cursor } }),
  });
  const items = shows.kind === 'ready' ? shows.items : [];
  const open = items.find((show) => isOpenShow(show) && show.status !== 'scheduled');
  const planned = items.filter((show) => show.status === 'scheduled');
  const others = items.filter((show) => show.status !== 'scheduled');
  return (
    <View style={styles.column}>
      <View style={[styles.hero, linearGradient(120, ['#4A2313', '#4B1330'])]}>
        <Text variant="title" level={2}>
          {open ? open.title : t('studio.hello', { name: shop.name })}
        </Text>
        {open ? <Badge tone={statusTone(open.status)} label={t(`studio.status.${open.status}`)} /> : null}
        {open ? (
          <Button
            size="l"
            icon="Video"
            testID="continue-show"
            label={t('studio.continueShow')}
            onPress={() => navigation.push(paths.studioLive(open.id))}
          />
        ) : (
          <Button
            size="l"
            icon="Video"
            testID="new-show"
            label={t('studio.newShow')}
            onPress={() => navigation.push(paths.newShow)}
          />
        )}
      </View>
      <View style={styles.menu}>
        <MenuRow to={paths.products} icon="Boxes" label={t('studio.products')} testID="studio-products" />
        <MenuRow to={paths.sellerOrders} icon="Package" label={t('studio.orders')} testID="studio-orders" />
        <MenuRow to={paths.shop(shop.handle)} icon="Store" label={t('studio.shop')} detail={shop.name} />
      </View>
      <CashSwitch handle={shop.handle} />
      {planned.length > 0 ? (
        <>
          <Text variant="heading" level={2}>
            {t('studio.plan.shows')}
          </Text>
          <View style={styles.menu} role="list" testID="planned-shows">
            {planned.map((show) => (
              <ShowRow key={show.id} show={show} />
            ))}
          </View>
        </>
      ) : null}
      <Text variant="heading" level={2}>
        {t('studio.pastShows')}
      </Text>
      {shows.kind === 'loading' ? <SkeletonRows count={3} /> : null}
      {shows.kind === 'empty' ? <Text tone="muted">{t('studio.noShows')}</Text> : null}
      {shows.kind === 'error' ? (
        <StateView icon="WifiOff" tone="trouble" title={errorMessage(shows.error)}>
          <RetryButton onPress={shows.retry} />
        </StateView>
      ) : null}
      {shows.kind === 'ready' ? (
        <View style={styles.menu} role="list">
          {others.map((show) => (
            <ShowRow key={show.id} show={show} />
          ))}
          <MoreButton list={shows} />
        </View>
      ) : null}
    </View>
  );
}

function ShowRow({ show }: { show: Stream }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <View role="listitem">
      <Link
        to={paths.studioLive(show.id)}
        label={`${show.title}, ${t(`studio.status.${show.status}`)}`}
        style={styles.row}
      >
        <Picture seed={show.id} name={show.title} url={show.thumbnailUrl} style={styles.picture} />
        <View style={styles.words}>
          <Text variant="label" numberOfLines={1}>
            {show.title}
          </Text>
          <Text variant="caption" tone="muted">
            {format.dateTime(show.startedAt ?? show.scheduledFor ?? show.createdAt)}
          </Text>
        </View>
        <Badge tone={statusTone(show.status)} label={t(`studio.status.${show.status}`)} />
      </Link>
    </View>
  );
}

const styles = StyleSheet.create({
  column: { gap: space.l },
  hero: {
    alignItems: 'flex-start',
    gap: space.m,
    padding: space.xl,
    borderRadius: radius.xl,
    borderWidth: 1,
    borderColor: color.line,
  },
  menu: { gap: space.s },
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    padding: space.m,
    borderRadius: radius.l,
    backgroundColor: color.surface,
  },
  picture: { width: 44, height: 60, borderRadius: radius.s },
  words: { flex: 1, minWidth: 0 },
});
