import { useQuery } from '@tanstack/react-query';
import type { Stream } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useScreenTitle } from '../../ui/screen';
import { RoomProvider } from '../room/room-context';
import { showLoad } from '../stage/show-load';
import { ShowPage } from '../stage/show-page';
import { LiveStage } from './live-stage';

export function LiveScreen({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const query = useQuery({
    queryKey: queryKeys.stream(streamId),
    queryFn: () => api.call('getStream', { params: { id: streamId } }),
  });
  const missing = { title: t('room.missing.title'), body: t('room.missing.body') };
  const words = { leave: t('room.leave'), failed: missing.title, missing };
  return (
    <ShowPage load={showLoad(query)} words={words} testID="live-screen">
      {(stream) => (
        <RoomProvider streamId={streamId}>
          <Titled stream={stream} />
        </RoomProvider>
      )}
    </ShowPage>
  );
}

function Titled({ stream }: { stream: Stream }) {
  const { t } = useTranslation();
  useScreenTitle(t('room.screen', { seller: stream.seller.displayName, title: stream.title }));
  return <LiveStage stream={stream} />;
}
