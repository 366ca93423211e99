import { StyleSheet, View } from 'react-native';
import { IconButton } from './button';
import { Text } from './text';
import { color, radius, space } from './tokens';

interface Props {
  label: string;
  decreaseLabel: string;
  increaseLabel: string;
  value: number;
  min: number;
  max: number;
  onChange(value: number): void;
}

export function Stepper({ label, decreaseLabel, increaseLabel, value, min, max, onChange }: Props) {
  return (
    <View role="group" aria-label={label} style={styles.row}>
      <IconButton
        icon="Minus"
        label={decreaseLabel}
        disabled={value <= min}
        onPress={() => onChange(Math.max(min, value - 1))}
        testID="quantity-less"
      />
      <Text variant="heading" tabular aria-live="polite" style={styles.value} testID="quantity">
        {value}
      </Text>
      <IconButton
        icon="Plus"
        label={increaseLabel}
        disabled={value >= max}
        onPress={() => onChange(Math.min(max, value + 1))}
        testID="quantity-more"
      />
    </View>
  );
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    alignSelf: 'flex-start',
    borderRadius: radius.pill,
    borderWidth: 1,
    borderColor: color.lineStrong,
    backgroundColor: color.raised,
  },
  value: { minWidth: 32, textAlign: 'center', paddingHorizontal: space.xs },
});
