import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { effects } from './effects';
import { Text } from './text';
import { color, radius, space } from './tokens';

export function LiveBadge() {
  const { t } = useTranslation();
  return (
    <View style={styles.badge}>
      <View style={[styles.dot, effects.pulseDot]} />
      <Text variant="micro" style={styles.text}>
        {t('common.live')}
      </Text>
    </View>
  );
}

type Tone = 'quiet' | 'good' | 'warm' | 'bad' | 'info';

const looks = {
  quiet: { ground: color.raised, text: 'muted' },
  good: { ground: color.leafSoft, text: 'leaf' },
  warm: { ground: color.marigoldSoft, text: 'marigold' },
  bad: { ground: color.dangerSoft, text: 'danger' },
  info: { ground: color.raniSoft, text: 'text' },
} as const;

/** The state of something in one or two words. */
export function Badge({ label, tone = 'quiet', testID }: { label: string; tone?: Tone; testID?: string }) {
  return (
    <View style={[styles.badge, { backgroundColor: looks[tone].ground }]} testID={testID}>
      <Text variant="micro" tone={looks[tone].text}>
        {label}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  badge: {
    flexShrink: 0,
    flexDirection: 'row',
    alignItems: 'center',
    gap: 5,
    minHeight: 24,
    paddingHorizontal: space.s,
    borderRadius: radius.s,
    backgroundColor: color.live,
  },
  dot: { width: 6, height: 6, borderRadius: 3, backgroundColor: color.onLive },
  text: { color: color.onLive, fontWeight: '800' },
});
