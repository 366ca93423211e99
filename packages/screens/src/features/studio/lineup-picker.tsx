import { useTranslation } from 'react-i18next';
import { Pressable, StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useList } from '../../app/lists';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { effects } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { Picture } from '../../ui/picture';
import { SkeletonRows } from '../../ui/skeleton';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';

interface Props {
  handle: string;
  chosenIds: readonly string[];
  onChange(ids: readonly string[]): void;
}

/** Tap the products in the order in which they will be shown; tap again to leave one out. */
export function LineupPicker({ handle, chosenIds, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const api = useApi();
  const { navigation } = usePlatform();
  const errorMessage = useErrorMessage();
  const products = useList({
    queryKey: queryKeys.products(handle),
    fetchPage: (cursor) => api.call('listProducts', { query: { shop: handle, limit: 100, cursor } }),
  });
  const toggle = (id: string) =>
    onChange(chosenIds.includes(id) ? chosenIds.filter((chosen) => chosen !== id) : [...chosenIds, id]);
  return (
    <Card
      title={t('studio.create.lineup')}
      action={
        <Button
          kind="quiet"
          icon="Plus"
          label={t('studio.create.addProduct')}
          onPress={() => navigation.push(paths.products)}
        />
      }
    >
      <Text variant="caption" tone="muted">
        {t(products.kind === 'empty' ? 'studio.create.lineupEmpty' : 'studio.create.lineupHelp')}
      </Text>
      {products.kind === 'loading' ? <SkeletonRows count={2} height={64} /> : null}
      {products.kind === 'error' ? (
        <Button kind="secondary" label={errorMessage(products.error)} onPress={products.retry} />
      ) : null}
      {products.kind === 'ready'
        ? products.items.map((product) => {
            const position = chosenIds.indexOf(product.id) + 1;
            return (
              <Pressable
                key={product.id}
                role="checkbox"
                testID={`lineup-${product.id}`}
                aria-checked={position > 0}
                aria-label={
                  position > 0
                    ? `${product.title}, ${t('studio.create.inLineup', { position })}`
                    : product.title
                }
                onPress={() => toggle(product.id)}
                style={[styles.row, effects.smooth, effects.noSelect, position > 0 && styles.chosen]}
              >
                <Picture
                  seed={product.id}
                  name={product.title}
                  url={product.imageUrls[0]}
                  style={styles.picture}
                />
                <View style={styles.words}>
                  <Text variant="label" numberOfLines={1}>
                    {product.title}
                  </Text>
                  <Text variant="caption" tone="muted">
                    {format.money(product.price)}
                  </Text>
                </View>
                <View style={[styles.mark, position > 0 && styles.markChosen]}>
                  {position > 0 ? (
                    <Text variant="label" tone="onMarigold" tabular>
                      {position}
                    </Text>
                  ) : (
                    <Icon name="Plus" size={16} tint={color.muted} />
                  )}
                </View>
              </Pressable>
            );
          })
        : null}
    </Card>
  );
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    padding: space.s,
    borderRadius: radius.m,
    borderWidth: 1.5,
    borderColor: 'transparent',
    backgroundColor: color.raised,
  },
  chosen: { borderColor: color.marigold, backgroundColor: color.marigoldSoft },
  picture: { width: 48, height: 48, borderRadius: radius.s },
  words: { flex: 1, minWidth: 0 },
  mark: {
    width: 30,
    height: 30,
    borderRadius: 15,
    alignItems: 'center',
    justifyContent: 'center',
    borderWidth: 1.5,
    borderColor: color.lineStrong,
    marginRight: space.xs,
  },
  markChosen: { backgroundColor: color.marigold, borderColor: color.marigold },
});
