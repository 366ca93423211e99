import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { effects } from './effects';
import { Icon } from './icon';
import { Text } from './text';
import { color, space } from './tokens';

const subscribe = (listener: () => void) => onlineManager.subscribe(listener);
const isOnline = () => onlineManager.isOnline();

export function useIsOnline(): boolean {
  return useSyncExternalStore(subscribe, isOnline, isOnline);
}

/** Says that what is on screen may be old; gone with the first bar of signal. */
export function OfflineBanner() {
  const { t } = useTranslation();
  const online = useIsOnline();
  return (
    <View aria-live="polite">
      {online ? null : (
        <View style={[styles.banner, effects.riseIn]}>
          <Icon name="WifiOff" size={16} tint={color.danger} />
          <Text variant="caption">{t('common.offline')}</Text>
        </View>
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  banner: {
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'center',
    gap: space.s,
    paddingHorizontal: space.l,
    paddingVertical: space.s,
    backgroundColor: color.dangerSoft,
  },
});
