import { useQueryClient } from '@tanstack/react-query';
import type { Stream } from '@vybekart/contract';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { RefreshControl, ScrollView, StyleSheet, View } from 'react-native';
import { useApi, useSession } from '../../app/client';
import { type ListState, useList } from '../../app/lists';
import { MoreButton } from '../../app/more-button';
import { queryKeys } from '../../app/query-keys';
import { Shell } from '../../app/shell';
import { useErrorMessage } from '../../i18n/error-message';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { effects } from '../../ui/effects';
import { RetryButton } from '../../ui/retry-button';
import { useScreenTitle } from '../../ui/screen';
import { StateView } from '../../ui/state-view';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';
import { FeedHeader } from './feed-header';
import { PastShows } from './past-shows';
import { SellInvite } from './sell-invite';
import { StreamCard } from './stream-card';
import { StreamGrid, StreamGridSkeleton } from './stream-grid';
import { Upcoming } from './upcoming';

const refreshEveryMs = 5000;

export function FeedScreen() {
  const { t } = useTranslation();
  useScreenTitle(t('feed.title'));
  return (
    <Shell>
      <FeedInner />
    </Shell>
  );
}

function FeedInner() {
  const api = useApi();
  const queries = useQueryClient();
  const feed = useList({
    queryKey: queryKeys.feed,
    fetchPage: (cursor) => api.call('activeStreams', { query: { limit: 20, cursor } }),
    refetchIntervalMs: refreshEveryMs,
  });
  const { expectShow } = usePlatform();
  const playback = feed.kind === 'ready' ? feed.items[0]?.playback : undefined;
  useEffect(() => {
    if (playback) expectShow(playback);
  }, [playback, expectShow]);
  const refresh = () => void queries.invalidateQueries({ queryKey: queryKeys.feed });
  return (
    <ScrollView
      role="main"
      style={[styles.scroll, effects.safeTop]}
      contentContainerStyle={styles.content}
      refreshControl={<RefreshControl refreshing={false} onRefresh={refresh} />}
    >
      <FeedHeader count={feed.kind === 'ready' ? feed.items.length : 0} />
      <FeedBody feed={feed} />
      <Upcoming />
      <PastShows />
    </ScrollView>
  );
}

function FeedBody({ feed }: { feed: ListState<Stream> }) {
  const { t } = useTranslation();
  const { navigation } = usePlatform();
  const isSeller = Boolean(useSession().user?.shop);
  const errorMessage = useErrorMessage();
  switch (feed.kind) {
    case 'loading':
      return <StreamGridSkeleton />;
    case 'error':
      return (
        <StateView icon="WifiOff" tone="trouble" title={t('feed.failed')} body={errorMessage(feed.error)}>
          <RetryButton onPress={feed.retry} />
        </StateView>
      );
    case 'empty':
      return (
        <StateView icon="Sparkles" tone="warm" title={t('feed.empty.title')} body={t('feed.empty.body')}>
          <Button
            label={t('feed.empty.action')}
            icon="Video"
            size="l"
            onPress={() => navigation.push(paths.studio)}
          />
        </StateView>
      );
    case 'ready':
      return (
        <View style={styles.ready}>
          <StreamGrid
            items={feed.items}
            renderCard={(stream, width, featured) => (
              <StreamCard key={stream.id} stream={stream} width={width} featured={featured} />
            )}
          />
          <MoreButton list={feed} />
          {isSeller ? null : <SellInvite />}
          <Text variant="caption" tone="faint" style={styles.foot}>
            {t('common.tagline')}
          </Text>
        </View>
      );
  }
}

const styles = StyleSheet.create({
  scroll: { flex: 1 },
  content: { flexGrow: 1, paddingBottom: space.xxl },
  ready: { gap: space.xl },
  foot: { textAlign: 'center' },
});
