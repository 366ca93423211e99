import type { ReactNode } from 'react';
import { Pressable, type StyleProp, StyleSheet, View, type ViewStyle } from 'react-native';
import type { IconName } from '../platform/icons';
import { effects, linearGradient } from './effects';
import { Icon } from './icon';
import { Spinner } from './spinner';
import { Text, type TextTone } from './text';
import { color, gradient, radius, space, tapTarget } from './tokens';

type Kind = 'primary' | 'secondary' | 'quiet' | 'danger';

interface Props {
  label: string;
  onPress(): void;
  kind?: Kind;
  size?: 'm' | 'l';
  icon?: IconName;
  busy?: boolean;
  disabled?: boolean;
  wide?: boolean;
  testID?: string;
  /** What assistive technology reads when the visible label alone is not enough. */
  hint?: string;
  style?: StyleProp<ViewStyle>;
}

const tones: Record<Kind, TextTone> = {
  primary: 'onMarigold',
  secondary: 'text',
  quiet: 'marigold',
  danger: 'danger',
};

export function Button({ label, onPress, kind = 'primary', size = 'm', icon, wide, ...rest }: Props) {
  const blocked = rest.disabled || rest.busy;
  const tone = tones[kind];
  return (
    <Pressable
      role="button"
      testID={rest.testID}
      aria-label={rest.hint ?? label}
      aria-disabled={blocked ?? false}
      aria-busy={rest.busy ?? false}
      disabled={blocked ?? false}
      onPress={onPress}
      style={({ pressed }) => [
        styles.base,
        size === 'l' && styles.large,
        styles[kind],
        kind === 'primary' && linearGradient(135, gradient.brand.slice(0, 2)),
        wide && styles.wide,
        effects.smooth,
        effects.noSelect,
        pressed && styles.pressed,
        rest.disabled && styles.disabled,
        rest.style,
      ]}
    >
      {rest.busy ? (
        <Spinner tint={color[tone]} />
      ) : icon ? (
        <Icon name={icon} size={18} tint={color[tone]} />
      ) : null}
      <Text variant={size === 'l' ? 'heading' : 'label'} tone={tone} style={styles.label}>
        {label}
      </Text>
    </Pressable>
  );
}

interface IconButtonProps {
  icon: IconName;
  label: string;
  onPress(): void;
  tint?: string;
  filled?: boolean;
  /** `glass` lies on video, `plain` on a ground of its own. */
  look?: 'glass' | 'plain';
  size?: number;
  pressed?: boolean;
  disabled?: boolean;
  testID?: string;
  children?: ReactNode;
  style?: StyleProp<ViewStyle>;
}

export function IconButton({
  icon,
  label,
  onPress,
  look = 'plain',
  size = tapTarget,
  ...rest
}: IconButtonProps) {
  return (
    <Pressable
      role="button"
      testID={rest.testID}
      aria-label={label}
      aria-disabled={rest.disabled ?? false}
      disabled={rest.disabled ?? false}
      {...(rest.pressed === undefined ? {} : { 'aria-pressed': rest.pressed })}
      onPress={onPress}
      style={({ pressed }) => [
        styles.icon,
        { width: size, height: size },
        look === 'glass' && styles.glass,
        effects.smooth,
        effects.noSelect,
        pressed && styles.pressed,
        rest.disabled && styles.disabled,
        rest.style,
      ]}
    >
      <Icon
        name={icon}
        tint={rest.tint ?? color.text}
        filled={rest.filled ?? false}
        size={size > 48 ? 26 : 21}
      />
      {rest.children ? (
        <View pointerEvents="none" style={StyleSheet.absoluteFill}>
          {rest.children}
        </View>
      ) : null}
    </Pressable>
  );
}

const styles = StyleSheet.create({
  base: {
    minHeight: tapTarget,
    paddingHorizontal: space.l,
    paddingVertical: space.s,
    borderRadius: radius.pill,
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'center',
    gap: space.s,
  },
  large: { minHeight: 54, paddingHorizontal: space.xl },
  wide: { alignSelf: 'stretch' },
  label: { textAlign: 'center', flexShrink: 1 },
  primary: { backgroundColor: color.marigold },
  secondary: { backgroundColor: color.raised, borderWidth: 1, borderColor: color.lineStrong },
  quiet: { backgroundColor: 'transparent', paddingHorizontal: space.s },
  danger: { backgroundColor: color.dangerSoft, borderWidth: 1, borderColor: 'rgba(255, 131, 116, 0.4)' },
  pressed: { transform: [{ scale: 0.96 }], opacity: 0.9 },
  disabled: { opacity: 0.45 },
  icon: { alignItems: 'center', justifyContent: 'center', borderRadius: radius.pill },
  glass: { backgroundColor: color.glass },
});
