import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { RequireSignIn } from '../../app/require-sign-in';
import { Shell } from '../../app/shell';
import { failureCode, useErrorMessage } from '../../i18n/error-message';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { RetryButton } from '../../ui/retry-button';
import { Screen } from '../../ui/screen';
import { SkeletonRows } from '../../ui/skeleton';
import { StateView } from '../../ui/state-view';

interface Invitation {
  streamId: string;
  code: string;
}

/** Where the link to a private show leads: it asks who comes, lets them in for good, and goes on to the show. */
export function InvitationScreen(invitation: Invitation) {
  const { t } = useTranslation();
  const title = t('room.invitation.title');
  return (
    <Shell>
      <Screen title={title} backTo={paths.feed} testID="invitation-screen">
        <RequireSignIn icon="Lock" title={title} body={t('room.invitation.body')}>
          {() => <Accept {...invitation} />}
        </RequireSignIn>
      </Screen>
    </Shell>
  );
}

function Accept({ streamId, code }: Invitation) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const { navigation } = usePlatform();
  const query = useQuery({
    queryKey: queryKeys.acceptedInvitation(streamId, code),
    queryFn: () => api.call('acceptInvitation', { params: { id: streamId }, body: { code } }),
  });
  const stream = query.data;
  useEffect(() => {
    if (!stream) return;
    queries.setQueryData(queryKeys.stream(streamId), stream);
    navigation.replace(paths.live(streamId));
  }, [stream, streamId, queries, navigation]);

  if (!query.isError) return <SkeletonRows />;
  const isWrong = ['stream_private', 'not_found', 'validation_failed'].includes(failureCode(query.error));
  if (isWrong)
    return <StateView icon="Lock" title={t('room.invitation.wrong')} body={t('room.private.body')} />;
  return (
    <StateView icon="WifiOff" tone="trouble" title={errorMessage(query.error)}>
      <RetryButton onPress={() => void query.refetch()} />
    </StateView>
  );
}
