import { useTranslation } from 'react-i18next';
import { useScreenTitle } from '../../ui/screen';
import { ShowPage } from '../stage/show-page';
import { ReplayStage } from './replay-stage';
import { type PastShow, useReplay } from './use-replay';

export function ReplayScreen({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const load = useReplay(streamId);
  const missing = { title: t('replay.missing.title'), body: t('replay.missing.body') };
  const words = { leave: t('replay.leave'), failed: t('replay.failed'), missing };
  return (
    <ShowPage load={load} words={words} testID="replay-screen">
      {(show) => <Titled show={show} />}
    </ShowPage>
  );
}

function Titled({ show }: { show: PastShow }) {
  const { t } = useTranslation();
  const { seller, title } = show.stream;
  useScreenTitle(t('replay.screen', { seller: seller.displayName, title }));
  return <ReplayStage show={show} />;
}
