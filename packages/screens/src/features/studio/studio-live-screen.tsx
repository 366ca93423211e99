import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Stream } from '@vybekart/contract';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, useWindowDimensions, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { Shell } from '../../app/shell';
import { useErrorMessage } from '../../i18n/error-message';
import { paths } from '../../paths';
import { RetryButton } from '../../ui/retry-button';
import { Screen } from '../../ui/screen';
import { SkeletonRows } from '../../ui/skeleton';
import { StateView } from '../../ui/state-view';
import { breakpoint, space } from '../../ui/tokens';
import { RoomProvider, useRoomValue } from '../room/room-context';
import { EndShow } from './end-show';
import { GoLiveCard } from './go-live-card';
import { InvitationCard } from './invitation-card';
import { LeaveQuestion } from './leave-question';
import { RequireShop } from './require-shop';
import { ShowChat } from './show-chat';
import { ShowCounters } from './show-counters';
import { ShowHealth } from './show-health';
import { ShowLineup } from './show-lineup';
import { ShowOrders } from './show-orders';
import { ShowOver } from './show-over';
import { ShowPreview } from './show-preview';
import { isOnAir, isOpenShow } from './show-status';
import { ShowStatusBar } from './show-status-bar';
import { useBroadcast, useIsSendingHere } from './use-broadcast';

export function StudioLiveScreen({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  return (
    <Shell>
      <Screen title={t('studio.title')} backTo={paths.studio} wide testID="studio-live-screen">
        <RequireShop>{() => <StudioLiveInner streamId={streamId} />}</RequireShop>
      </Screen>
    </Shell>
  );
}

function StudioLiveInner({ streamId }: { streamId: string }) {
  const api = useApi();
  const errorMessage = useErrorMessage();
  const query = useQuery({
    queryKey: queryKeys.stream(streamId),
    queryFn: () => api.call('getStream', { params: { id: streamId } }),
    // The room tells at once; this is for a seller whose socket is down.
    refetchInterval: 10_000,
  });
  if (query.data) {
    return (
      <RoomProvider streamId={streamId}>
        <Desk stream={query.data} />
      </RoomProvider>
    );
  }
  if (!query.isError) return <SkeletonRows height={120} />;
  return (
    <StateView icon="VideoOff" tone="trouble" title={errorMessage(query.error)}>
      <RetryButton onPress={() => void query.refetch()} />
    </StateView>
  );
}

/** The seller's desk: what needs a hand first, the rest within reach. */
function Desk({ stream }: { stream: Stream }) {
  const { width } = useWindowDimensions();
  const status = useRoomValue((view) => view.streamStatus) ?? stream.status;
  const queries = useQueryClient();
  const camera = useBroadcast(stream.id, isOpenShow({ status }));
  const isHere = useIsSendingHere(camera);
  // What the room does not tell, such as when it began, comes by REST.
  useEffect(() => {
    if (status !== stream.status) void queries.invalidateQueries({ queryKey: queryKeys.stream(stream.id) });
  }, [status, stream.status, stream.id, queries]);

  if (!isOpenShow({ status })) return <ShowOver stream={stream} />;
  const onAir = isOnAir(status);
  const isWide = width >= breakpoint.wide;
  const bar = (
    <>
      {isHere ? <LeaveQuestion /> : null}
      <ShowStatusBar stream={stream} status={status} />
      {stream.visibility === 'private' ? <InvitationCard streamId={stream.id} /> : null}
    </>
  );
  // Whoever sends from here looks at the camera's own picture and needs its buttons at hand.
  const needsCamera = isHere || !onAir;
  const ingest = (
    <GoLiveCard
      streamId={stream.id}
      camera={camera}
      startsOpen={needsCamera}
      key={needsCamera ? 'at-hand' : 'elsewhere'}
    />
  );
  const preview = onAir && !isHere ? <ShowPreview stream={stream} /> : null;
  const health = onAir ? <ShowHealth streamId={stream.id} /> : null;
  const counters = onAir ? <ShowCounters streamId={stream.id} /> : null;
  if (!isWide) {
    return (
      <View style={styles.column}>
        {bar}
        {needsCamera ? ingest : null}
        {counters}
        {preview}
        {health}
        <ShowLineup streamId={stream.id} />
        <ShowOrders streamId={stream.id} />
        <ShowChat stream={stream} />
        {needsCamera ? null : ingest}
        <EndShow streamId={stream.id} isPlanned={status === 'scheduled'} />
      </View>
    );
  }
  return (
    <View style={styles.column}>
      {bar}
      <View style={styles.desk}>
        <View style={styles.side}>
          {preview}
          {health}
          {ingest}
          <EndShow streamId={stream.id} isPlanned={status === 'scheduled'} />
        </View>
        <View style={styles.middle}>
          {counters}
          <ShowLineup streamId={stream.id} />
          <ShowOrders streamId={stream.id} />
        </View>
        <View style={styles.side}>
          <ShowChat stream={stream} />
        </View>
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  column: { gap: space.l, width: '100%', maxWidth: 1440, alignSelf: 'center' },
  desk: { flexDirection: 'row', alignItems: 'flex-start', gap: space.l },
  side: { width: 330, gap: space.l },
  middle: { flex: 1, minWidth: 0, gap: space.l },
});
