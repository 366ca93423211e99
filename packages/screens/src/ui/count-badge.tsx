import { StyleSheet, View } from 'react-native';
import { Text } from './text';
import { color } from './tokens';

/** How many there are, in the corner of a round button; nothing for none. The button's label says the number, too. */
export function CountBadge({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <View style={styles.badge}>
      <Text variant="micro" tone="onMarigold" tabular style={styles.number}>
        {count}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  badge: {
    position: 'absolute',
    top: 0,
    right: 0,
    minWidth: 19,
    height: 19,
    borderRadius: 10,
    alignItems: 'center',
    justifyContent: 'center',
    paddingHorizontal: 4,
    backgroundColor: color.marigold,
  },
  number: { lineHeight: 16 },
});
