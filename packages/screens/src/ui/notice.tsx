import type { ReactNode } from 'react';
import { StyleSheet, View } from 'react-native';
import { effects } from './effects';
import { Icon } from './icon';
import { Text } from './text';
import { color, radius, space } from './tokens';

interface Props {
  title: string;
  body?: string;
  tone: 'warm' | 'trouble' | 'good';
  testID?: string;
  children?: ReactNode;
}

const looks = {
  warm: { ground: color.marigoldSoft, tint: color.marigold, icon: 'CircleAlert' },
  trouble: { ground: color.dangerSoft, tint: color.danger, icon: 'CircleAlert' },
  good: { ground: color.leafSoft, tint: color.leaf, icon: 'CircleCheck' },
} as const;

/** Something to know before going on, in the place where one goes on. Read out when it appears. */
export function Notice({ title, body, tone, testID, children }: Props) {
  const look = looks[tone];
  return (
    <View
      testID={testID}
      role={tone === 'trouble' ? 'alert' : 'status'}
      aria-live={tone === 'trouble' ? 'assertive' : 'polite'}
      style={[styles.box, effects.riseIn, { backgroundColor: look.ground }]}
    >
      <Icon name={look.icon} tint={look.tint} />
      <View style={styles.words}>
        <Text variant="label">{title}</Text>
        {body ? (
          <Text variant="caption" tone="muted">
            {body}
          </Text>
        ) : null}
        {children}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  box: { flexDirection: 'row', gap: space.m, padding: space.m, borderRadius: radius.m },
  words: { flex: 1, gap: space.xxs },
});
