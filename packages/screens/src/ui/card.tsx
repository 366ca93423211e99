import type { ReactNode } from 'react';
import { type StyleProp, StyleSheet, View, type ViewStyle } from 'react-native';
import { Text } from './text';
import { color, radius, space } from './tokens';

interface Props {
  title?: string;
  /** At the end of the title's line. */
  action?: ReactNode;
  children: ReactNode;
  testID?: string;
  style?: StyleProp<ViewStyle>;
}

/** A group of things that belong together, on a surface of its own. */
export function Card({ title, action, children, testID, style }: Props) {
  return (
    <View style={[styles.card, style]} testID={testID}>
      {title ? (
        <View style={styles.head}>
          <Text variant="heading" level={2} style={styles.title}>
            {title}
          </Text>
          {action}
        </View>
      ) : null}
      {children}
    </View>
  );
}

const styles = StyleSheet.create({
  card: {
    gap: space.m,
    padding: space.l,
    borderRadius: radius.xl,
    borderWidth: 1,
    borderColor: color.line,
    backgroundColor: color.surface,
  },
  head: { flexDirection: 'row', alignItems: 'center', gap: space.s, minHeight: 32 },
  title: { flex: 1 },
});
