import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { effects } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { useIsOnline } from '../../ui/offline-banner';
import { Spinner } from '../../ui/spinner';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import type { StageState } from './stage-state';

/** A short trouble is no trouble: the notice waits this long before it shows. */
const patienceMs = 1500;

export function StageNotice({ state, sellerName }: { state: StageState; sellerName: string }) {
  const { t } = useTranslation();
  const shown = useSettled(state);
  const isOnline = useIsOnline();
  const seller = sellerName;
  switch (shown) {
    case 'starting':
      return (
        <Notice
          title={t('room.starting.title', { seller })}
          body={t('room.starting.body', { seller })}
          waits
        />
      );
    case 'interrupted':
      return (
        <Notice
          title={t('room.interrupted.title', { seller })}
          body={t('room.interrupted.body', { seller })}
          waits
        />
      );
    case 'unavailable':
      return (
        <Notice
          title={t('room.videoUnavailable.title')}
          body={t(isOnline ? 'room.videoUnavailable.body' : 'errors.network')}
          waits
        />
      );
    case 'blocked':
      return <Notice title={t('room.tapToPlay')} waits={false} />;
    default:
      return null;
  }
}

function useSettled(state: StageState): StageState {
  const [settled, setSettled] = useState(state);
  useEffect(() => {
    const timer = setTimeout(
      () => setSettled(state),
      state === 'playing' || state === 'starting' ? 0 : patienceMs,
    );
    return () => clearTimeout(timer);
  }, [state]);
  return settled;
}

function Notice({ title, body, waits }: { title: string; body?: string; waits: boolean }) {
  return (
    <View pointerEvents="none" style={styles.layer} role="status" aria-live="polite" testID="stage-notice">
      <View style={[styles.card, effects.riseIn]}>
        {waits ? <Spinner size={26} /> : <Icon name="Play" size={34} tint={color.marigold} filled />}
        <Text variant="heading" style={styles.centered}>
          {title}
        </Text>
        {body ? (
          <Text variant="caption" tone="muted" style={styles.centered}>
            {body}
          </Text>
        ) : null}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  layer: {
    position: 'absolute',
    top: 0,
    left: 0,
    right: 0,
    bottom: 0,
    alignItems: 'center',
    justifyContent: 'center',
    paddingBottom: '45%',
  },
  card: {
    alignItems: 'center',
    gap: space.s,
    maxWidth: 300,
    padding: space.xl,
    borderRadius: radius.xl,
    backgroundColor: color.glassStrong,
  },
  centered: { textAlign: 'center' },
});
