import { useQuery } from '@tanstack/react-query';
import type { Stream } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { failureCode, useErrorMessage } from '../../i18n/error-message';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button, IconButton } from '../../ui/button';
import { effects } from '../../ui/effects';
import { useScreenTitle } from '../../ui/screen';
import { Skeleton } from '../../ui/skeleton';
import { StateView } from '../../ui/state-view';
import { color, radius, space } from '../../ui/tokens';
import { RoomProvider } from '../room/room-context';
import { LiveStage } from './live-stage';

export function LiveScreen({ streamId }: { streamId: string }) {
  return (
    <View role="main" style={[styles.page, effects.fullHeight]} testID="live-screen">
      <LiveInner streamId={streamId} />
    </View>
  );
}

type LiveState =
  | { kind: 'loading' }
  | { kind: 'missing' }
  | { kind: 'error'; error: unknown; retry(): void }
  | { kind: 'ready'; stream: Stream };

function useLiveState(streamId: string): LiveState {
  const api = useApi();
  const query = useQuery({
    queryKey: queryKeys.stream(streamId),
    queryFn: () => api.call('getStream', { params: { id: streamId } }),
  });
  if (query.data) return { kind: 'ready', stream: query.data };
  if (!query.isError) return { kind: 'loading' };
  const code = failureCode(query.error);
  if (code === 'not_found' || code === 'validation_failed') return { kind: 'missing' };
  return { kind: 'error', error: query.error, retry: () => void query.refetch() };
}

function LiveInner({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const { navigation } = usePlatform();
  const state = useLiveState(streamId);
  switch (state.kind) {
    case 'loading':
      return (
        <View style={styles.waiting} aria-busy>
          <Close />
          <Skeleton height={46} width={220} style={styles.pill} />
          <View style={styles.grow} />
          <Skeleton height={22} width="60%" />
          <Skeleton height={22} width="45%" />
          <Skeleton height={78} />
        </View>
      );
    case 'missing':
      return (
        <View style={styles.centre}>
          <Close />
          <StateView icon="VideoOff" title={t('room.missing.title')} body={t('room.missing.body')}>
            <Button label={t('common.missing.action')} onPress={() => navigation.replace(paths.feed)} />
          </StateView>
        </View>
      );
    case 'error':
      return (
        <View style={styles.centre}>
          <Close />
          <StateView
            icon="WifiOff"
            tone="trouble"
            title={t('room.missing.title')}
            body={errorMessage(state.error)}
          >
            <Button label={t('common.retry')} icon="RefreshCw" onPress={state.retry} />
          </StateView>
        </View>
      );
    case 'ready':
      return (
        <RoomProvider streamId={streamId}>
          <Titled stream={state.stream} />
        </RoomProvider>
      );
  }
}

function Titled({ stream }: { stream: Stream }) {
  const { t } = useTranslation();
  useScreenTitle(t('room.screen', { seller: stream.seller.displayName, title: stream.title }));
  return <LiveStage stream={stream} />;
}

function Close() {
  const { t } = useTranslation();
  const { navigation } = usePlatform();
  return (
    <View style={styles.close}>
      <IconButton icon="X" look="glass" label={t('room.leave')} onPress={() => navigation.back(paths.feed)} />
    </View>
  );
}

const styles = StyleSheet.create({
  page: { backgroundColor: color.ground, overflow: 'hidden' },
  waiting: { flex: 1, width: '100%', maxWidth: 520, alignSelf: 'center', padding: space.m, gap: space.s },
  pill: { borderRadius: radius.pill },
  grow: { flex: 1 },
  centre: { flex: 1, alignItems: 'center', justifyContent: 'center' },
  close: { position: 'absolute', top: space.m, right: space.m, zIndex: 2 },
});
