import { useTranslation } from 'react-i18next';
import { Pressable, StyleSheet } from 'react-native';
import { useSession } from '../../app/client';
import { useSignInGate } from '../../app/sign-in-gate';
import { effects } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { Text } from '../../ui/text';
import { color, radius, space, tapTarget } from '../../ui/tokens';
import { webProps } from '../../ui/web-props';
import { useFollow, useShop } from './use-shop';

interface Props {
  handle: string;
  sellerName: string;
  look: 'glass' | 'plain';
}

/** Nothing for the owner; a quiet tick once followed. */
export function FollowButton({ handle, sellerName, look }: Props) {
  const { t } = useTranslation();
  const gate = useSignInGate();
  const own = useSession().user?.shop?.handle === handle;
  const follows = useShop(handle).data?.isFollowing ?? false;
  const follow = useFollow(handle);
  if (own) return null;
  return (
    <Pressable
      role="button"
      testID="follow"
      aria-label={t(follows ? 'room.unfollow' : 'room.followSeller', { seller: sellerName })}
      {...webProps({ 'aria-pressed': follows })}
      onPress={() =>
        gate.run(t('account.reason.follow', { seller: sellerName }), () => follow.mutate(!follows))
      }
      style={({ pressed }) => [
        styles.hit,
        look === 'plain' && styles.plain,
        effects.smooth,
        effects.noSelect,
        pressed && styles.pressed,
      ]}
    >
      {follows ? (
        look === 'glass' ? (
          <Icon name="Check" size={18} tint={color.marigold} />
        ) : (
          <Text variant="label" tone="marigold">
            {t('room.following')}
          </Text>
        )
      ) : (
        <Text variant="label" tone="onMarigold" style={styles.chip}>
          {t('room.follow')}
        </Text>
      )}
    </Pressable>
  );
}

const styles = StyleSheet.create({
  hit: { minWidth: tapTarget, minHeight: tapTarget, alignItems: 'center', justifyContent: 'center' },
  plain: { minWidth: 110 },
  pressed: { opacity: 0.8, transform: [{ scale: 0.95 }] },
  chip: {
    overflow: 'hidden',
    paddingHorizontal: space.m,
    paddingVertical: 5,
    borderRadius: radius.pill,
    backgroundColor: color.marigold,
  },
});
