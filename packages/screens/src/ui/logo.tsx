import { StyleSheet, View } from 'react-native';
import { linearGradient } from './effects';
import { Text } from './text';
import { color, gradient, space } from './tokens';

/** A shopping bag that plays: the mark is drawn, so that every platform shows the same one. */
function LogoMark({ size = 30 }: { size?: number }) {
  const unit = size / 30;
  return (
    <View
      aria-hidden
      style={[
        styles.tile,
        linearGradient(140, gradient.brand),
        { width: size, height: size, borderRadius: 9 * unit },
      ]}
    >
      <View
        style={[
          styles.handle,
          {
            width: 10 * unit,
            height: 6 * unit,
            borderTopLeftRadius: 5 * unit,
            borderTopRightRadius: 5 * unit,
            borderWidth: 2 * unit,
            borderBottomWidth: 0,
          },
        ]}
      />
      <View style={[styles.bag, { width: 18 * unit, height: 14 * unit, borderRadius: 4 * unit }]}>
        <View
          style={{
            marginLeft: 1.5 * unit,
            borderTopWidth: 3.6 * unit,
            borderBottomWidth: 3.6 * unit,
            borderLeftWidth: 6 * unit,
            borderTopColor: 'transparent',
            borderBottomColor: 'transparent',
            borderLeftColor: '#FF6A4D',
          }}
        />
      </View>
    </View>
  );
}

const wordmark = { first: 'Vybe', second: 'Kart' } as const;

export function Logo() {
  return (
    <View style={styles.row} role="img" aria-label={wordmark.first + wordmark.second}>
      <LogoMark />
      <Text variant="title" aria-hidden style={styles.word}>
        {wordmark.first}
        <Text variant="title" tone="marigold" style={styles.word}>
          {wordmark.second}
        </Text>
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  tile: { alignItems: 'center', justifyContent: 'center' },
  handle: { borderColor: color.onMarigold },
  bag: { backgroundColor: color.onMarigold, alignItems: 'center', justifyContent: 'center' },
  word: { letterSpacing: -0.6 },
});
