import { useQuery } from '@tanstack/react-query';
import type { Stream } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { ScrollView, StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Avatar } from '../../ui/avatar';
import { Button, IconButton } from '../../ui/button';
import { effects } from '../../ui/effects';
import { Picture } from '../../ui/picture';
import { Text } from '../../ui/text';
import { color, space } from '../../ui/tokens';
import { StreamCard } from '../feed/stream-card';

interface Props {
  stream: Stream;
  why: 'ended' | 'missing' | 'banned';
}

/** The show is over, or is for this viewer: the way to what was bought, and where it goes on. */
export function EndedScreen({ stream, why }: Props) {
  const { t } = useTranslation();
  const { navigation } = usePlatform();
  const { seller } = stream;
  return (
    <View style={styles.page} testID="stream-ended">
      <Picture
        seed={seller.id}
        name={seller.displayName}
        url={stream.thumbnailUrl}
        style={[StyleSheet.absoluteFill, effects.backdropBlur]}
      />
      <ScrollView style={effects.safeTop} contentContainerStyle={[styles.content, effects.riseIn]}>
        <Avatar seed={seller.id} name={seller.displayName} url={seller.avatarUrl} size={92} />
        <Text variant="display" level={1} style={styles.centered}>
          {t(`room.${why}.title`)}
        </Text>
        <Text tone="muted" style={styles.centered}>
          {t(`room.${why}.body`, { seller: seller.displayName })}
        </Text>
        <View style={styles.actions}>
          {why === 'ended' ? <WatchAgain streamId={stream.id} /> : null}
          <Button
            label={t('room.ended.shop')}
            icon="Store"
            kind="secondary"
            onPress={() => navigation.push(paths.shop(seller.handle))}
          />
          <Button
            kind="secondary"
            label={t('room.ended.orders')}
            icon="Package"
            onPress={() => navigation.push(paths.orders)}
          />
        </View>
        <MoreShows exceptId={stream.id} />
      </ScrollView>
      <View style={styles.close}>
        <IconButton
          icon="X"
          look="glass"
          label={t('room.leave')}
          onPress={() => navigation.replace(paths.feed)}
        />
      </View>
    </View>
  );
}

/** The recording is ready a moment after the end; a show without one offers nothing. */
function WatchAgain({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const { navigation } = usePlatform();
  const { data } = useQuery({
    queryKey: queryKeys.replayFacts(streamId),
    queryFn: () => api.call('getReplay', { params: { id: streamId } }),
    retry: 3,
    retryDelay: 1000,
  });
  if (!data) return null;
  return (
    <Button
      label={t('replay.watchAgain')}
      icon="Play"
      testID="watch-again"
      onPress={() => navigation.push(paths.replay(streamId))}
    />
  );
}

function MoreShows({ exceptId }: { exceptId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const { data } = useQuery({
    queryKey: queryKeys.moreShows,
    queryFn: () => api.call('activeStreams', { query: { limit: 7 } }),
  });
  const shows = (data?.items ?? []).filter((show) => show.id !== exceptId);
  if (shows.length === 0) return null;
  return (
    <View style={styles.more}>
      <Text variant="heading" level={2}>
        {t('room.ended.more')}
      </Text>
      <ScrollView horizontal contentContainerStyle={styles.row} showsHorizontalScrollIndicator={false}>
        {shows.map((show) => (
          <StreamCard key={show.id} stream={show} width={170} featured={false} />
        ))}
      </ScrollView>
    </View>
  );
}

const styles = StyleSheet.create({
  page: { flex: 1, backgroundColor: color.ground, overflow: 'hidden' },
  content: { flexGrow: 1, alignItems: 'center', justifyContent: 'center', gap: space.m, padding: space.xl },
  centered: { textAlign: 'center', maxWidth: 420 },
  actions: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    justifyContent: 'center',
    gap: space.s,
    marginTop: space.m,
  },
  more: { alignSelf: 'stretch', gap: space.m, marginTop: space.xl },
  row: { gap: space.m, flexGrow: 1, justifyContent: 'center' },
  close: { position: 'absolute', top: space.m, right: space.m },
});
