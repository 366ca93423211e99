import { StyleSheet, View, type ViewStyle } from 'react-native';
import { Icon } from '../../ui/icon';
import { heartColors } from '../../ui/tokens';
import { type FlyingHeart, heartFlightMs } from './heart-field';

const risePx = 340;

/** Hearts fly by key frames alone: the browser's compositor moves them, not our code. */
export function Hearts({ hearts }: { hearts: readonly FlyingHeart[] }) {
  return (
    <View pointerEvents="none" aria-hidden style={styles.field}>
      {hearts.map((heart) => (
        <View
          key={heart.id}
          style={[
            styles.heart,
            flights[heart.drift],
            { right: heart.lane * 46, animationDelay: `${heart.delayMs}ms` } as ViewStyle,
          ]}
        >
          <Icon name="Heart" size={heart.sizePx} tint={heartColors[heart.tint] ?? heartColors[0]} filled />
        </View>
      ))}
    </View>
  );
}

function flight(swayPx: number): ViewStyle {
  return {
    animationKeyframes: {
      '0%': { opacity: 0, transform: 'translate(0, 12px) scale(.3)' },
      '12%': { opacity: 1, transform: `translate(${swayPx * 0.3}px, -24px) scale(1.18)` },
      '22%': { opacity: 1, transform: `translate(${swayPx * 0.6}px, -68px) scale(1)` },
      '55%': { opacity: 0.95, transform: `translate(${-swayPx * 0.7}px, -190px) scale(.96)` },
      '100%': { opacity: 0, transform: `translate(${swayPx}px, -${risePx}px) scale(.8)` },
    },
    animationDuration: `${heartFlightMs}ms`,
    animationTimingFunction: 'cubic-bezier(.25,.55,.5,1)',
    animationFillMode: 'both',
  } as unknown as ViewStyle;
}

const styles = StyleSheet.create({
  field: { position: 'absolute', right: 10, bottom: 64, width: 90, height: risePx + 60 },
  heart: { position: 'absolute', bottom: 0, willChange: 'transform, opacity' } as ViewStyle,
});
const drifts = StyleSheet.create({ left: flight(-20), middle: flight(9), right: flight(24) });
const flights = [drifts.left, drifts.middle, drifts.right] as const;
