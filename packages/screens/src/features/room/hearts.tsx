import { useEffect, useState } from 'react';
import { Animated, Easing, StyleSheet, View } from 'react-native';
import { Icon } from '../../ui/icon';
import { heartColors } from '../../ui/tokens';
import { type FlyingHeart, heartFlightMs } from './heart-field';

const riseDp = 320;

export function Hearts({ hearts }: { hearts: readonly FlyingHeart[] }) {
  return (
    <View pointerEvents="none" aria-hidden style={styles.field}>
      {hearts.map((heart) => (
        <Flight key={heart.id} heart={heart} />
      ))}
    </View>
  );
}

function Flight({ heart }: { heart: FlyingHeart }) {
  const [progress] = useState(() => new Animated.Value(0));
  useEffect(() => {
    const flight = Animated.timing(progress, {
      toValue: 1,
      duration: heartFlightMs,
      delay: heart.delayMs,
      easing: Easing.out(Easing.quad),
      useNativeDriver: true,
    });
    flight.start();
    return () => flight.stop();
  }, [progress, heart.delayMs]);
  const sway = [-16, 10, 20][heart.drift] ?? 0;
  return (
    <Animated.View
      style={[
        styles.heart,
        {
          right: heart.lane * 44,
          opacity: progress.interpolate({ inputRange: [0, 0.1, 0.7, 1], outputRange: [0, 1, 0.9, 0] }),
          transform: [
            { translateY: progress.interpolate({ inputRange: [0, 1], outputRange: [0, -riseDp] }) },
            { translateX: progress.interpolate({ inputRange: [0, 0.5, 1], outputRange: [0, sway, -sway] }) },
          ],
        },
      ]}
    >
      <Icon name="Heart" size={heart.sizePx} tint={heartColors[heart.tint] ?? heartColors[0]} filled />
    </Animated.View>
  );
}

const styles = StyleSheet.create({
  field: { position: 'absolute', right: 10, bottom: 64, width: 84, height: riseDp + 40 },
  heart: { position: 'absolute', bottom: 0 },
});
