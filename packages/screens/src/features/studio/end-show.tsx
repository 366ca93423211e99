import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { Notice } from '../../ui/notice';
import { space } from '../../ui/tokens';

/** Ends a show for everybody, or cancels one that was only announced. */
export function EndShow({ streamId, isPlanned = false }: { streamId: string; isPlanned?: boolean }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const [isAsking, setIsAsking] = useState(false);
  const end = useMutation({
    mutationFn: () => api.call('endStream', { params: { id: streamId } }),
    onSuccess: (stream) => {
      queries.setQueryData(queryKeys.stream(streamId), stream);
      void queries.invalidateQueries({ queryKey: queryKeys.myStreams });
    },
    onSettled: () => setIsAsking(false),
  });
  return (
    <View style={styles.box}>
      {end.isError ? <Notice tone="trouble" title={errorMessage(end.error)} /> : null}
      <Button
        wide
        kind="danger"
        icon="Square"
        testID="end-show"
        label={t(isPlanned ? 'studio.plan.cancel' : 'studio.end')}
        onPress={() => setIsAsking(true)}
      />
      <Confirm
        open={isAsking}
        title={t(isPlanned ? 'studio.plan.cancel' : 'studio.end')}
        question={t(isPlanned ? 'studio.plan.cancelAsk' : 'studio.endAsk')}
        yes={t(isPlanned ? 'studio.plan.cancelYes' : 'studio.endYes')}
        busy={end.isPending}
        testID="end-show-yes"
        onYes={() => end.mutate()}
        onClose={() => setIsAsking(false)}
      />
    </View>
  );
}

const styles = StyleSheet.create({ box: { gap: space.m } });
