import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useFormat } from '../../i18n/use-format';
import { Chip } from '../../ui/chip';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';
import { type Buyable, priceRange } from './buyable';

interface Props {
  item: Buyable;
  chosenId: string | null;
  onChoose(variantId: string): void;
}

/** Sizes or colours; nothing to choose when there is one. */
export function VariantPicker({ item, chosenId, onChoose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (item.variants.length < 2) return null;
  const { varies } = priceRange(item);
  return (
    <View style={styles.group}>
      <Text variant="caption" tone="muted">
        {t('checkout.variant')}
      </Text>
      <View role="radiogroup" aria-label={t('checkout.variant')} style={styles.chips}>
        {item.variants.map((variant) => {
          const soldOut = variant.available <= 0;
          const detail = soldOut
            ? t('common.soldOut')
            : variant.available < 10
              ? t('common.left', { count: variant.available })
              : varies
                ? format.money(variant.price)
                : undefined;
          return (
            <Chip
              key={variant.id}
              testID={`variant-${variant.id}`}
              label={variant.title}
              detail={detail}
              selected={variant.id === chosenId}
              disabled={soldOut}
              onPress={() => onChoose(variant.id)}
            />
          );
        })}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  group: { gap: space.s },
  chips: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
