import type { Product } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { Pressable, StyleSheet, View } from 'react-native';
import { useFormat } from '../../i18n/use-format';
import { IconButton } from '../../ui/button';
import { effects } from '../../ui/effects';
import { Picture } from '../../ui/picture';
import { Text } from '../../ui/text';
import { color, radius, space, tapTarget } from '../../ui/tokens';
import type { StockTarget } from './stock-sheet';

interface Props {
  product: Product;
  onEdit(): void;
  onStock(target: StockTarget): void;
  onRemove(): void;
}

/** One product with the books of its stock: what is there, what is held for somebody, what is for sale. */
export function ProductCard({ product, onEdit, onStock, onRemove }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <View role="listitem" style={styles.card} testID={`inventory-${product.id}`}>
      <View style={styles.head}>
        <Picture seed={product.id} name={product.title} url={product.imageUrls[0]} style={styles.picture} />
        <View style={styles.words}>
          <Text variant="label" numberOfLines={2}>
            {product.title}
          </Text>
          <Text variant="heading" tone="marigold" tabular>
            {format.money(product.price)}
          </Text>
        </View>
        <IconButton
          icon="Pencil"
          label={t('inventory.editProduct', { product: product.title })}
          onPress={onEdit}
        />
        <IconButton icon="Trash2" label={`${t('inventory.remove')}: ${product.title}`} onPress={onRemove} />
      </View>
      <View role="table" aria-label={t('inventory.adjustFor', { product: product.title })}>
        <View role="row" style={styles.tableHead}>
          <Text variant="micro" tone="faint" style={styles.name} role="columnheader">
            {t('inventory.form.variantName')}
          </Text>
          {(['onHand', 'held', 'free'] as const).map((column) => (
            <Text key={column} variant="micro" tone="faint" style={styles.number} role="columnheader">
              {t(`inventory.${column}`)}
            </Text>
          ))}
        </View>
        {product.variants.map((variant) => (
          <Pressable
            key={variant.id}
            role="row"
            testID={`stock-${variant.id}`}
            aria-label={`${t('inventory.adjust')}: ${variant.title}`}
            onPress={() => onStock({ title: `${product.title}, ${variant.title}`, variant })}
            style={({ pressed }) => [styles.row, effects.smooth, pressed && styles.pressed]}
          >
            <Text variant="caption" style={styles.name} role="cell" numberOfLines={1}>
              {variant.title}
            </Text>
            <Text variant="caption" tabular style={styles.number} role="cell">
              {variant.onHand ?? '–'}
            </Text>
            <Text variant="caption" tabular tone="muted" style={styles.number} role="cell">
              {variant.reserved ?? '–'}
            </Text>
            <Text
              variant="label"
              tabular
              tone={variant.available === 0 ? 'danger' : 'leaf'}
              style={styles.number}
              role="cell"
            >
              {variant.available}
            </Text>
          </Pressable>
        ))}
      </View>
      <Text variant="micro" tone="faint" style={styles.hint}>
        {t('inventory.tapToAdjust')}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  card: {
    gap: space.s,
    padding: space.m,
    borderRadius: radius.xl,
    borderWidth: 1,
    borderColor: color.line,
    backgroundColor: color.surface,
  },
  head: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  picture: { width: 64, height: 64, borderRadius: radius.m },
  words: { flex: 1, minWidth: 0, paddingLeft: space.xs },
  tableHead: { flexDirection: 'row', alignItems: 'flex-end', paddingHorizontal: space.s, gap: space.s },
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    minHeight: tapTarget,
    paddingHorizontal: space.s,
    borderTopWidth: 1,
    borderColor: color.line,
  },
  pressed: { backgroundColor: color.raised },
  name: { flex: 1, minWidth: 0 },
  number: { width: 62, textAlign: 'right' },
  hint: { fontWeight: '400', paddingHorizontal: space.s },
});
