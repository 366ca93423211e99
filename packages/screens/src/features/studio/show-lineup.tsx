import type { Product } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi, useSession } from '../../app/client';
import { useList } from '../../app/lists';
import { queryKeys } from '../../app/query-keys';
import { failureCode, useErrorMessage } from '../../i18n/error-message';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Picture } from '../../ui/picture';
import { SkeletonRows } from '../../ui/skeleton';
import { Text } from '../../ui/text';
import { useToast } from '../../ui/toast';
import { color, radius, space } from '../../ui/tokens';
import { availableUnits, buyableFromProduct, withRoomStock } from '../checkout/buyable';
import { PriceTag } from '../room/pin-card';
import { useRoom, useRoomValue } from '../room/room-context';
import { useLineup } from '../watch/use-lineup';

/** The line-up first, then everything else the shop has: all of it can be held up. */
export function ShowLineup({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const { navigation } = usePlatform();
  const handle = useSession().user?.shop?.handle ?? '';
  const lineup = useLineup(streamId);
  const shelf = useList({
    queryKey: queryKeys.products(handle),
    fetchPage: (cursor) => api.call('listProducts', { query: { shop: handle, limit: 100, cursor } }),
    enabled: handle !== '',
  });
  const inLineup = lineup.data?.items ?? [];
  const known = new Set(inLineup.map((product) => product.id));
  const others = shelf.kind === 'ready' ? shelf.items.filter((product) => !known.has(product.id)) : [];
  const products = [...inLineup, ...others];
  return (
    <Card
      title={t('studio.lineup')}
      action={
        <Button
          kind="quiet"
          icon="Plus"
          label={t('inventory.add')}
          onPress={() => navigation.push(paths.products)}
        />
      }
    >
      {lineup.isPending && shelf.kind === 'loading' ? <SkeletonRows count={2} height={64} /> : null}
      {products.length === 0 && shelf.kind === 'empty' ? (
        <Text tone="muted">{t('studio.lineupEmpty')}</Text>
      ) : null}
      <View role="list" style={styles.list}>
        {products.map((product) => (
          <LineupRow key={product.id} product={product} />
        ))}
      </View>
    </Card>
  );
}

function LineupRow({ product }: { product: Product }) {
  const { t } = useTranslation();
  const room = useRoom();
  const toast = useToast();
  const errorMessage = useErrorMessage();
  const stock = useRoomValue((view) => view.stock);
  const isPinned = useRoomValue((view) => view.pins).some((pin) => pin.id === product.id);
  const [busy, setBusy] = useState(false);
  const item = withRoomStock(buyableFromProduct(product), stock);
  const units = availableUnits(item);

  const toggle = async () => {
    setBusy(true);
    try {
      if (isPinned) await room.unpin(product.id);
      else await room.pin(product.id);
    } catch (error) {
      const title = failureCode(error) === 'conflict' ? t('studio.pinsChanged') : errorMessage(error);
      toast.show({ icon: 'CircleAlert', tone: 'trouble', title });
    } finally {
      setBusy(false);
    }
  };
  return (
    <View role="listitem" style={[styles.row, isPinned && styles.pinned]}>
      <Picture seed={product.id} name={product.title} url={product.imageUrls[0]} style={styles.picture} />
      <View style={styles.words}>
        <Text variant="label" numberOfLines={2}>
          {product.title}
        </Text>
        <View style={styles.line}>
          <PriceTag item={item} />
          <Text variant="caption" tone={units === 0 ? 'danger' : 'muted'}>
            {units === 0 ? t('common.soldOut') : t('common.available', { count: units })}
          </Text>
        </View>
      </View>
      <Button
        kind={isPinned ? 'secondary' : 'primary'}
        icon={isPinned ? 'PinOff' : 'Pin'}
        busy={busy}
        testID={isPinned ? `unpin-${product.id}` : `pin-${product.id}`}
        label={t(isPinned ? 'studio.unpin' : 'studio.pin')}
        hint={t(isPinned ? 'studio.unpinProduct' : 'studio.pinProduct', { product: product.title })}
        onPress={() => void toggle()}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  list: { gap: space.s },
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    padding: space.s,
    paddingRight: space.m,
    borderRadius: radius.m,
    borderWidth: 1.5,
    borderColor: 'transparent',
    backgroundColor: color.raised,
  },
  pinned: { borderColor: color.marigold },
  picture: { width: 52, height: 52, borderRadius: radius.s },
  words: { flex: 1, minWidth: 0 },
  line: { flexDirection: 'row', alignItems: 'center', flexWrap: 'wrap', columnGap: space.s },
});
