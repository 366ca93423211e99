import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { usePlatform } from '../platform/context';
import { Button } from './button';
import { effects } from './effects';
import { Text } from './text';
import { useToast } from './toast';
import { color, radius, space } from './tokens';

interface Props {
  label: string;
  value: string;
  /** What is shown instead of the value while it is secret. */
  masked?: string | undefined;
  copyLabel?: string;
  testID?: string;
}

/** A value to be carried elsewhere: select it or copy it. */
export function CopyRow({ label, value, masked, copyLabel, testID }: Props) {
  const { t } = useTranslation();
  const { copyText } = usePlatform();
  const toast = useToast();
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    try {
      await copyText(value);
      setIsCopied(true);
    } catch {
      toast.show({ icon: 'CircleAlert', tone: 'trouble', title: t('common.copyFailed') });
    }
  };
  return (
    <View style={styles.row}>
      <View style={styles.words}>
        <Text variant="micro" tone="muted">
          {label}
        </Text>
        <Text
          variant="label"
          selectable={masked === undefined}
          testID={testID}
          style={[styles.value, effects.tabularNumbers]}
        >
          {masked ?? value}
        </Text>
      </View>
      <Button
        kind="secondary"
        icon={isCopied ? 'Check' : 'Copy'}
        label={t(isCopied ? 'common.copied' : 'common.copy')}
        hint={copyLabel ?? `${t('common.copy')}: ${label}`}
        onPress={() => void copy()}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    padding: space.m,
    borderRadius: radius.m,
    backgroundColor: color.ground,
  },
  words: { flex: 1, minWidth: 0 },
  value: { fontWeight: '600' },
});
