import { Pressable, StyleSheet, View } from 'react-native';
import { effects } from './effects';
import { Icon } from './icon';
import { Text } from './text';
import { color, radius, space, tapTarget } from './tokens';

interface Props {
  label: string;
  checked: boolean;
  onChange(checked: boolean): void;
  testID?: string;
}

export function Checkbox({ label, checked, onChange, testID }: Props) {
  return (
    <Pressable
      role="checkbox"
      testID={testID}
      aria-checked={checked}
      aria-label={label}
      onPress={() => onChange(!checked)}
      style={[styles.row, effects.noSelect]}
    >
      <View style={[styles.box, effects.smooth, checked && styles.checked]}>
        {checked ? <Icon name="Check" size={16} tint={color.onMarigold} /> : null}
      </View>
      <Text variant="label" style={styles.label}>
        {label}
      </Text>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', alignItems: 'center', gap: space.m, minHeight: tapTarget },
  box: {
    width: 24,
    height: 24,
    borderRadius: radius.s,
    borderWidth: 2,
    borderColor: color.muted,
    alignItems: 'center',
    justifyContent: 'center',
  },
  checked: { backgroundColor: color.marigold, borderColor: color.marigold },
  label: { flex: 1 },
});
