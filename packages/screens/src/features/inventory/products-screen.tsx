import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Product, Shop } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useList } from '../../app/lists';
import { MoreButton } from '../../app/more-button';
import { queryKeys } from '../../app/query-keys';
import { Shell } from '../../app/shell';
import { useErrorMessage } from '../../i18n/error-message';
import { paths } from '../../paths';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { RetryButton } from '../../ui/retry-button';
import { Screen } from '../../ui/screen';
import { SkeletonRows } from '../../ui/skeleton';
import { StateView } from '../../ui/state-view';
import { useToast } from '../../ui/toast';
import { space } from '../../ui/tokens';
import { RequireShop } from '../studio/require-shop';
import { ProductCard } from './product-card';
import { ProductSheet } from './product-form';
import { StockSheet, type StockTarget } from './stock-sheet';

export function ProductsScreen() {
  const { t } = useTranslation();
  const [target, setTarget] = useState<Product | 'new' | null>(null);
  return (
    <Shell>
      <Screen
        title={t('inventory.title')}
        backTo={paths.studio}
        testID="products-screen"
        actions={
          <Button
            icon="Plus"
            testID="add-product"
            label={t('inventory.add')}
            onPress={() => setTarget('new')}
          />
        }
      >
        <RequireShop>{(shop) => <ProductsInner shop={shop} onEdit={setTarget} />}</RequireShop>
        <ProductSheet target={target} onClose={() => setTarget(null)} />
      </Screen>
    </Shell>
  );
}

function ProductsInner({ shop, onEdit }: { shop: Shop; onEdit(target: Product | 'new'): void }) {
  const { t } = useTranslation();
  const api = useApi();
  const errorMessage = useErrorMessage();
  const [stock, setStock] = useState<StockTarget | null>(null);
  const [removing, setRemoving] = useState<Product | null>(null);
  const remove = useRemove(() => setRemoving(null));
  const products = useList({
    queryKey: queryKeys.products(shop.handle),
    fetchPage: (cursor) => api.call('listProducts', { query: { shop: shop.handle, limit: 100, cursor } }),
  });
  switch (products.kind) {
    case 'loading':
      return <SkeletonRows height={128} />;
    case 'error':
      return (
        <StateView
          icon="WifiOff"
          tone="trouble"
          title={t('inventory.failed')}
          body={errorMessage(products.error)}
        >
          <RetryButton onPress={products.retry} />
        </StateView>
      );
    case 'empty':
      return (
        <StateView
          icon="Boxes"
          tone="warm"
          title={t('inventory.empty.title')}
          body={t('inventory.empty.body')}
        >
          <Button icon="Plus" label={t('inventory.add')} onPress={() => onEdit('new')} />
        </StateView>
      );
    case 'ready':
      return (
        <View style={styles.list}>
          <View role="list" style={styles.list}>
            {products.items.map((product) => (
              <ProductCard
                key={product.id}
                product={product}
                onEdit={() => onEdit(product)}
                onStock={setStock}
                onRemove={() => setRemoving(product)}
              />
            ))}
          </View>
          <MoreButton list={products} />
          <StockSheet target={stock} onClose={() => setStock(null)} />
          <Confirm
            open={removing !== null}
            title={t('inventory.remove')}
            question={t('inventory.removeAsk', { product: removing?.title ?? '' })}
            yes={t('inventory.removeYes')}
            busy={remove.isPending}
            onYes={() => removing && remove.mutate(removing.id)}
            onClose={() => setRemoving(null)}
          />
        </View>
      );
  }
}

function useRemove(onSettled: () => void) {
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const errorMessage = useErrorMessage();
  return useMutation({
    mutationFn: (id: string) => api.call('deleteProduct', { params: { id } }),
    onError: (error) => toast.show({ icon: 'CircleAlert', tone: 'trouble', title: errorMessage(error) }),
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKeys.allProducts }),
    onSettled,
  });
}

const styles = StyleSheet.create({ list: { gap: space.m } });
