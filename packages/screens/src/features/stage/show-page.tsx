import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useErrorMessage } from '../../i18n/error-message';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button, IconButton } from '../../ui/button';
import { effects } from '../../ui/effects';
import { RetryButton } from '../../ui/retry-button';
import { Skeleton } from '../../ui/skeleton';
import { StateView } from '../../ui/state-view';
import { color, space } from '../../ui/tokens';
import type { ShowLoad } from './show-load';

interface Props<T> {
  load: ShowLoad<T>;
  words: { leave: string; failed: string; missing: { title: string; body: string } };
  testID: string;
  children(show: T): ReactNode;
}

/** The screen of a show, live or again, until there is one to be seen, and when there is none. */
export function ShowPage<T>({ load, words, testID, children }: Props<T>) {
  return (
    <View role="main" style={[styles.page, effects.fullHeight]} testID={testID}>
      {load.kind === 'ready' ? children(load.show) : <Waiting load={load} words={words} />}
    </View>
  );
}

function Waiting<T>({
  load,
  words,
}: {
  load: Exclude<ShowLoad<T>, { kind: 'ready' }>;
  words: Props<T>['words'];
}) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const { navigation } = usePlatform();
  const close = (
    <View style={styles.close}>
      <IconButton icon="X" look="glass" label={words.leave} onPress={() => navigation.back(paths.feed)} />
    </View>
  );
  switch (load.kind) {
    case 'loading':
      return (
        <View style={styles.waiting} aria-busy>
          {close}
          <View style={styles.grow} />
          <Skeleton height={22} width="60%" />
          <Skeleton height={22} width="45%" />
          <Skeleton height={78} />
        </View>
      );
    case 'missing':
      return (
        <View style={styles.centre}>
          {close}
          <StateView icon="VideoOff" title={words.missing.title} body={words.missing.body}>
            <Button label={t('common.missing.action')} onPress={() => navigation.replace(paths.feed)} />
          </StateView>
        </View>
      );
    case 'private':
      return (
        <View style={styles.centre}>
          {close}
          <StateView icon="Lock" title={t('room.private.title')} body={t('room.private.body')}>
            <Button label={t('common.missing.action')} onPress={() => navigation.replace(paths.feed)} />
          </StateView>
        </View>
      );
    case 'error':
      return (
        <View style={styles.centre}>
          {close}
          <StateView icon="WifiOff" tone="trouble" title={words.failed} body={errorMessage(load.error)}>
            <RetryButton onPress={load.retry} />
          </StateView>
        </View>
      );
  }
}

const styles = StyleSheet.create({
  page: { backgroundColor: color.ground, overflow: 'hidden' },
  waiting: { flex: 1, width: '100%', maxWidth: 520, alignSelf: 'center', padding: space.m, gap: space.s },
  grow: { flex: 1 },
  centre: { flex: 1, alignItems: 'center', justifyContent: 'center' },
  close: { position: 'absolute', top: space.m, right: space.m, zIndex: 2 },
});
