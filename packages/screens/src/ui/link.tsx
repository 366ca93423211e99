import type { ReactNode } from 'react';
import { Pressable, type StyleProp, type ViewStyle } from 'react-native';
import { usePlatform } from '../platform/context';

interface Props {
  to: string;
  label: string;
  children: ReactNode;
  current?: boolean;
  testID?: string;
  style?: StyleProp<ViewStyle>;
}

export function Link({ to, label, children, current, testID, style }: Props) {
  const { navigation } = usePlatform();
  return (
    <Pressable
      role="link"
      testID={testID}
      aria-label={label}
      aria-selected={current ?? false}
      onPress={() => navigation.push(to)}
      style={({ pressed }) => [pressed && pressedStyle, style]}
    >
      {children}
    </Pressable>
  );
}

const pressedStyle: ViewStyle = { opacity: 0.88 };
