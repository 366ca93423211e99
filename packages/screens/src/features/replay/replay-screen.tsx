import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useErrorMessage } from '../../i18n/error-message';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button, IconButton } from '../../ui/button';
import { effects } from '../../ui/effects';
import { useScreenTitle } from '../../ui/screen';
import { Skeleton } from '../../ui/skeleton';
import { StateView } from '../../ui/state-view';
import { color, space } from '../../ui/tokens';
import { ReplayStage } from './replay-stage';
import { type PastShow, useReplay } from './use-replay';

export function ReplayScreen({ streamId }: { streamId: string }) {
  return (
    <View role="main" style={[styles.page, effects.fullHeight]} testID="replay-screen">
      <ReplayInner streamId={streamId} />
    </View>
  );
}

function ReplayInner({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const { navigation } = usePlatform();
  const load = useReplay(streamId);
  switch (load.kind) {
    case 'loading':
      return (
        <View style={styles.waiting} aria-busy>
          <Close />
          <View style={styles.grow} />
          <Skeleton height={22} width="60%" />
          <Skeleton height={78} />
          <Skeleton height={44} />
        </View>
      );
    case 'missing':
      return (
        <View style={styles.centre}>
          <Close />
          <StateView icon="VideoOff" title={t('replay.missing.title')} body={t('replay.missing.body')}>
            <Button label={t('common.missing.action')} onPress={() => navigation.replace(paths.feed)} />
          </StateView>
        </View>
      );
    case 'error':
      return (
        <View style={styles.centre}>
          <Close />
          <StateView icon="WifiOff" tone="trouble" title={t('replay.failed')} body={errorMessage(load.error)}>
            <Button label={t('common.retry')} icon="RefreshCw" onPress={load.retry} />
          </StateView>
        </View>
      );
    case 'ready':
      return <Titled show={load.show} />;
  }
}

function Titled({ show }: { show: PastShow }) {
  const { t } = useTranslation();
  const { seller, title } = show.stream;
  useScreenTitle(t('replay.screen', { seller: seller.displayName, title }));
  return <ReplayStage show={show} />;
}

function Close() {
  const { t } = useTranslation();
  const { navigation } = usePlatform();
  return (
    <View style={styles.close}>
      <IconButton
        icon="X"
        look="glass"
        label={t('replay.leave')}
        onPress={() => navigation.back(paths.feed)}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  page: { backgroundColor: color.ground, overflow: 'hidden' },
  waiting: { flex: 1, width: '100%', maxWidth: 520, alignSelf: 'center', padding: space.m, gap: space.s },
  grow: { flex: 1 },
  centre: { flex: 1, alignItems: 'center', justifyContent: 'center' },
  close: { position: 'absolute', top: space.m, right: space.m, zIndex: 2 },
});
