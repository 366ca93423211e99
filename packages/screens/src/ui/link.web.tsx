import type { ReactNode } from 'react';
import { Pressable, type StyleProp, type ViewStyle } from 'react-native';
import { usePlatform } from '../platform/context';
import { effects } from './effects';
import { webProps } from './web-props';

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

const opensElsewhere = (event: object) =>
  ['metaKey', 'ctrlKey', 'shiftKey', 'altKey'].some(
    (key) => (event as Record<string, unknown>)[key] === true,
  );

/** A real anchor: it can be opened in a new tab, copied and read as a link. */
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
      {...webProps({ href: to, 'aria-current': current ? 'page' : false })}
      onPress={(event) => {
        if (opensElsewhere(event.nativeEvent) || opensElsewhere(event)) return;
        event.preventDefault();
        navigation.push(to);
      }}
      style={({ pressed }) => [effects.smooth, effects.noSelect, pressed && pressedStyle, style]}
    >
      {children}
    </Pressable>
  );
}

const pressedStyle: ViewStyle = { opacity: 0.88, transform: [{ scale: 0.985 }] };
