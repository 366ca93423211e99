import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { IconButton } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { useToast } from '../../ui/toast';

/** The seller's bin for the recording of an own show. */
export function DeleteReplay({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const errorMessage = useErrorMessage();
  const { navigation } = usePlatform();
  const [isAsked, setIsAsked] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const remove = async () => {
    setIsBusy(true);
    try {
      await api.call('deleteReplay', { params: { id: streamId } });
      queries.removeQueries({ queryKey: queryKeys.replay(streamId) });
      void queries.invalidateQueries({ queryKey: queryKeys.pastShows });
      toast.show({ icon: 'Check', title: t('replay.deleted') });
      navigation.back(paths.feed);
    } catch (error) {
      toast.show({ icon: 'CircleAlert', title: errorMessage(error) });
      setIsAsked(false);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <>
      <IconButton
        icon="Trash2"
        look="glass"
        testID="delete-replay"
        label={t('replay.delete')}
        onPress={() => setIsAsked(true)}
      />
      <Confirm
        open={isAsked}
        title={t('replay.delete')}
        question={t('replay.deleteQuestion')}
        yes={t('replay.deleteYes')}
        busy={isBusy}
        testID="delete-replay-yes"
        onYes={() => void remove()}
        onClose={() => setIsAsked(false)}
      />
    </>
  );
}
