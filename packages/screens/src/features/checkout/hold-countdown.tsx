import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { formatCountdown } from '../../i18n/format';
import { Icon } from '../../ui/icon';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';

interface Props {
  /** ISO-8601, the server's time. */
  expiresAt: string;
  /** Add to this device's clock to have the server's. */
  serverClockOffsetMs: number;
}

const hurryBelowMs = 60_000;

/** How long the item is kept for this buyer. Read out once a minute, not every second. */
export function HoldCountdown({ expiresAt, serverClockOffsetMs }: Props) {
  const { t } = useTranslation();
  const left = () => Math.max(0, Date.parse(expiresAt) - (Date.now() + serverClockOffsetMs));
  const [leftMs, setLeftMs] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => setLeftMs(left()), 500);
    return () => clearInterval(timer);
  });
  const hurry = leftMs < hurryBelowMs;
  const minutes = Math.floor(leftMs / 60_000);
  return (
    <View style={[styles.box, hurry && styles.hurry]} testID="hold-countdown">
      <Icon name="Clock" size={18} tint={hurry ? color.danger : color.leaf} />
      <Text variant="label" tone={hurry ? 'danger' : 'leaf'} style={styles.words}>
        {t('checkout.held')}
      </Text>
      <Text
        variant="heading"
        tabular
        role="timer"
        tone={hurry ? 'danger' : 'leaf'}
        aria-label={t('checkout.holdLeft', { minutes, seconds: Math.floor(leftMs / 1000) % 60 })}
      >
        {formatCountdown(leftMs)}
      </Text>
      <Text role="status" aria-live="polite" style={styles.heard}>
        {leftMs > 0 ? t('checkout.holdMinutes', { count: Math.ceil(leftMs / 60_000) }) : ''}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  box: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    paddingHorizontal: space.m,
    minHeight: 48,
    borderRadius: radius.m,
    backgroundColor: color.leafSoft,
  },
  hurry: { backgroundColor: color.dangerSoft },
  words: { flex: 1 },
  /** For the ear alone. */
  heard: { position: 'absolute', width: 1, height: 1, overflow: 'hidden', opacity: 0 },
});
