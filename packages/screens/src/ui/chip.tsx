import { Pressable, StyleSheet } from 'react-native';
import { effects } from './effects';
import { Text } from './text';
import { color, radius, space, tapTarget } from './tokens';

interface Props {
  label: string;
  /** A second, quieter line: the price of a variant, "Sold out". */
  detail?: string;
  selected: boolean;
  disabled?: boolean;
  onPress(): void;
  testID?: string;
}

/** One choice of several; put chips into a view with role="radiogroup". */
export function Chip({ label, detail, selected, disabled = false, onPress, testID }: Props) {
  return (
    <Pressable
      role="radio"
      testID={testID}
      aria-label={detail ? `${label}, ${detail}` : label}
      aria-checked={selected}
      aria-disabled={disabled}
      disabled={disabled}
      onPress={onPress}
      style={[
        styles.chip,
        effects.smooth,
        effects.noSelect,
        selected && styles.selected,
        disabled && styles.disabled,
      ]}
    >
      <Text variant="label" tone={selected ? 'marigold' : 'text'} style={disabled && styles.struck}>
        {label}
      </Text>
      {detail ? (
        <Text variant="micro" tone={disabled ? 'faint' : 'muted'}>
          {detail}
        </Text>
      ) : null}
    </Pressable>
  );
}

const styles = StyleSheet.create({
  chip: {
    minHeight: tapTarget,
    minWidth: 56,
    paddingHorizontal: space.m,
    paddingVertical: space.xs,
    alignItems: 'center',
    justifyContent: 'center',
    borderRadius: radius.m,
    borderWidth: 1.5,
    borderColor: color.lineStrong,
    backgroundColor: color.raised,
  },
  selected: { borderColor: color.marigold, backgroundColor: color.marigoldSoft },
  disabled: { backgroundColor: 'transparent', borderStyle: 'dashed' },
  struck: { textDecorationLine: 'line-through', color: color.faint },
});
