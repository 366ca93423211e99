import type { ShopView } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useList } from '../../app/lists';
import { MoreButton } from '../../app/more-button';
import { queryKeys } from '../../app/query-keys';
import { Shell } from '../../app/shell';
import { useSignInGate } from '../../app/sign-in-gate';
import { failureCode, useErrorMessage } from '../../i18n/error-message';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Avatar } from '../../ui/avatar';
import { Button } from '../../ui/button';
import { Link } from '../../ui/link';
import { LiveBadge } from '../../ui/live-badge';
import { RetryButton } from '../../ui/retry-button';
import { Screen } from '../../ui/screen';
import { SkeletonRows } from '../../ui/skeleton';
import { StateView } from '../../ui/state-view';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import { BuySheet } from '../checkout/buy-sheet';
import { type Buyable, buyableFromProduct } from '../checkout/buyable';
import { PastShows } from '../feed/past-shows';
import { FollowButton } from './follow-button';
import { ProductTile } from './product-tile';
import { useShop } from './use-shop';

export function ShopScreen({ handle }: { handle: string }) {
  return (
    <Shell>
      <ShopInner handle={handle} />
    </Shell>
  );
}

function ShopInner({ handle }: { handle: string }) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const { navigation } = usePlatform();
  const shop = useShop(handle);
  if (shop.data) {
    return (
      <Screen title={shop.data.name} backTo={paths.feed} testID="shop-screen">
        <ShopHead shop={shop.data} />
        <Shelf handle={handle} />
        <PastShows shop={handle} />
      </Screen>
    );
  }
  if (!shop.isError) {
    return (
      <Screen title={t('common.loading')} backTo={paths.feed}>
        <SkeletonRows />
      </Screen>
    );
  }
  const isMissing = ['not_found', 'validation_failed'].includes(failureCode(shop.error));
  return (
    <Screen title={t('shop.missing.title')} backTo={paths.feed}>
      <StateView
        icon="Store"
        tone={isMissing ? 'quiet' : 'trouble'}
        title={t('shop.missing.title')}
        body={isMissing ? t('shop.missing.body') : errorMessage(shop.error)}
      >
        {isMissing ? (
          <Button label={t('common.missing.action')} onPress={() => navigation.replace(paths.feed)} />
        ) : (
          <RetryButton onPress={() => void shop.refetch()} />
        )}
      </StateView>
    </Screen>
  );
}

function ShopHead({ shop }: { shop: ShopView }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <View style={styles.head}>
      <Avatar
        seed={shop.id}
        name={shop.name}
        url={shop.avatarUrl}
        size={84}
        live={shop.liveStreamId !== null}
      />
      <View style={styles.words}>
        <Text tone="muted">{`@${shop.handle}`}</Text>
        <Text variant="label">
          {t('shop.followers', { count: shop.followerCount, shown: format.count(shop.followerCount) })}
        </Text>
      </View>
      <FollowButton handle={shop.handle} sellerName={shop.name} look="plain" />
      {shop.liveStreamId ? (
        <Link to={paths.live(shop.liveStreamId)} label={t('shop.watch')} style={styles.live}>
          <LiveBadge />
          <Text variant="label" style={styles.words}>
            {t('shop.liveNow')}
          </Text>
          <Text variant="label" tone="marigold">
            {t('shop.watch')}
          </Text>
        </Link>
      ) : null}
    </View>
  );
}

function Shelf({ handle }: { handle: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const gate = useSignInGate();
  const errorMessage = useErrorMessage();
  const [buying, setBuying] = useState<Buyable | null>(null);
  const products = useList({
    queryKey: queryKeys.products(handle),
    fetchPage: (cursor) => api.call('listProducts', { query: { shop: handle, limit: 40, cursor } }),
  });
  switch (products.kind) {
    case 'loading':
      return <SkeletonRows />;
    case 'error':
      return (
        <StateView icon="WifiOff" tone="trouble" title={errorMessage(products.error)}>
          <RetryButton onPress={products.retry} />
        </StateView>
      );
    case 'empty':
      return <StateView icon="Boxes" title={t('shop.empty.title')} body={t('shop.empty.body')} />;
    case 'ready':
      return (
        <View style={styles.shelf}>
          <Text variant="heading" level={2}>
            {t('shop.products')}
          </Text>
          <View style={styles.grid} role="list">
            {products.items.map((product) => (
              <ProductTile
                key={product.id}
                item={buyableFromProduct(product)}
                onBuy={(item) => gate.run(t('account.reason.buy'), () => setBuying(item))}
              />
            ))}
          </View>
          <MoreButton list={products} />
          <BuySheet item={buying} shopHandle={handle} place="shop" onClose={() => setBuying(null)} />
        </View>
      );
  }
}

const styles = StyleSheet.create({
  head: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: space.l },
  words: { flex: 1, minWidth: 0 },
  live: {
    flexBasis: '100%',
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    minHeight: 56,
    paddingHorizontal: space.l,
    borderRadius: radius.l,
    borderWidth: 1,
    borderColor: 'rgba(255, 77, 134, 0.4)',
    backgroundColor: color.raniSoft,
  },
  shelf: { gap: space.m },
  grid: { flexDirection: 'row', flexWrap: 'wrap', gap: space.m },
});
