import { StyleSheet, View } from 'react-native';
import type { IconName } from '../platform/icons';
import { Icon } from './icon';
import { Link } from './link';
import { Text } from './text';
import { color, radius, space } from './tokens';

interface Props {
  to: string;
  icon: IconName;
  label: string;
  detail?: string | undefined;
  testID?: string;
}

/** A way to another screen, in a list of such ways. */
export function MenuRow({ to, icon, label, detail, testID }: Props) {
  return (
    <Link to={to} label={detail ? `${label}, ${detail}` : label} testID={testID} style={styles.row}>
      <View style={styles.icon}>
        <Icon name={icon} tint={color.marigold} />
      </View>
      <Text variant="label" style={styles.label}>
        {label}
      </Text>
      {detail ? (
        <Text variant="caption" tone="muted">
          {detail}
        </Text>
      ) : null}
      <Icon name="ChevronRight" size={18} tint={color.faint} />
    </Link>
  );
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    minHeight: 60,
    paddingHorizontal: space.m,
    borderRadius: radius.l,
    backgroundColor: color.surface,
  },
  icon: {
    width: 38,
    height: 38,
    borderRadius: radius.m,
    alignItems: 'center',
    justifyContent: 'center',
    backgroundColor: color.marigoldSoft,
  },
  label: { flex: 1 },
});
