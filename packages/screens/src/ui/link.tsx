import type { ReactNode } from 'react';
import { Pressable, type StyleProp, type ViewStyle } from 'react-native';
import { usePlatform } from '../platform/context';

interface Props {
  to: string;
  /** A finger, a pointer or the focus is on it: it may be followed in a moment. */
  onIntent?: () => void;
  label: string;
  children: ReactNode;
  current?: boolean;
  testID?: string;
  style?: StyleProp<ViewStyle>;
}

export function Link({ to, onIntent, label, children, current, testID, style }: Props) {
  const { navigation } = usePlatform();
  return (
    <Pressable
      role="link"
      testID={testID}
      aria-label={label}
      onPressIn={onIntent}
      onHoverIn={onIntent}
      onFocus={onIntent}
      aria-selected={current ?? false}
      onPress={() => navigation.push(to)}
      style={({ pressed }) => [pressed && pressedStyle, style]}
    >
      {children}
    </Pressable>
  );
}

const pressedStyle: ViewStyle = { opacity: 0.88 };
