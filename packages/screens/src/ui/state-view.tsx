import type { ReactNode } from 'react';
import { StyleSheet, View } from 'react-native';
import type { IconName } from '../platform/icons';
import { effects } from './effects';
import { Icon } from './icon';
import { Text } from './text';
import { color, space } from './tokens';

interface Props {
  icon: IconName;
  title: string;
  body?: string;
  /** What to do next: one or two buttons. */
  children?: ReactNode;
  tone?: 'warm' | 'quiet' | 'trouble';
  testID?: string;
}

const tints = { warm: color.marigold, quiet: color.muted, trouble: color.danger } as const;
const grounds = { warm: color.marigoldSoft, quiet: color.raised, trouble: color.dangerSoft } as const;

/** The whole of an area that has nothing to list: empty, ended, failed or offline, and the way out of it. */
export function StateView({ icon, title, body, children, tone = 'quiet', testID }: Props) {
  return (
    <View
      style={[styles.box, effects.riseIn]}
      testID={testID}
      role={tone === 'trouble' ? 'alert' : undefined}
    >
      <View style={[styles.halo, { backgroundColor: grounds[tone] }]}>
        <Icon name={icon} size={30} tint={tints[tone]} />
      </View>
      <Text variant="title" level={2} style={styles.centered}>
        {title}
      </Text>
      {body ? (
        <Text tone="muted" style={[styles.centered, styles.body]}>
          {body}
        </Text>
      ) : null}
      {children ? <View style={styles.actions}>{children}</View> : null}
    </View>
  );
}

const styles = StyleSheet.create({
  box: { alignItems: 'center', justifyContent: 'center', gap: space.s, padding: space.xl },
  halo: {
    width: 72,
    height: 72,
    borderRadius: 36,
    alignItems: 'center',
    justifyContent: 'center',
    marginBottom: space.s,
  },
  centered: { textAlign: 'center' },
  body: { maxWidth: 380 },
  actions: { marginTop: space.m, gap: space.s, alignItems: 'center' },
});
