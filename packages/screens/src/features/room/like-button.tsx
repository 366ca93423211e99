import { useTranslation } from 'react-i18next';
import { Pressable, StyleSheet, View } from 'react-native';
import { useSignInGate } from '../../app/sign-in-gate';
import { useFormat } from '../../i18n/use-format';
import { usePlatform } from '../../platform/context';
import { effects, linearGradient } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { Text } from '../../ui/text';
import { color, gradient, radius } from '../../ui/tokens';
import { useRoom, useRoomValue } from './room-context';

/** One tap, one heart; quick taps travel together. The heart flies at once, the server counts later. */
export function LikeButton({ onTap }: { onTap(): void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const room = useRoom();
  const gate = useSignInGate();
  const { vibrate } = usePlatform();
  const likes = useRoomValue((view) => view.likeCount);
  const tap = () => {
    room.like();
    onTap();
    vibrate();
  };
  return (
    <View style={styles.column}>
      <Pressable
        role="button"
        testID="like-button"
        aria-label={t('room.like')}
        onPress={() => gate.run(t('account.reason.like'), tap)}
        style={({ pressed }) => [
          styles.button,
          linearGradient(140, gradient.heat),
          effects.smooth,
          effects.noSelect,
          pressed && styles.pressed,
        ]}
      >
        <Icon name="Heart" size={24} tint="#FFFFFF" filled />
      </Pressable>
      <Text
        variant="micro"
        tabular
        aria-label={t('room.likes', { count: likes, shown: format.count(likes) })}
        style={styles.count}
        testID="like-count"
      >
        {format.count(likes)}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  column: { alignItems: 'center' },
  button: {
    width: 50,
    height: 50,
    borderRadius: 25,
    alignItems: 'center',
    justifyContent: 'center',
    backgroundColor: color.rani,
  },
  pressed: { transform: [{ scale: 0.86 }] },
  count: {
    position: 'absolute',
    top: -7,
    paddingHorizontal: 7,
    borderRadius: radius.pill,
    overflow: 'hidden',
    backgroundColor: color.ground,
  },
});
