import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Card } from '../../ui/card';
import { CopyRow } from '../../ui/copy-row';
import { Notice } from '../../ui/notice';
import { RetryButton } from '../../ui/retry-button';
import { Skeleton } from '../../ui/skeleton';
import { Text } from '../../ui/text';

/** The link by which a private show opens. */
export function InvitationCard({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const { baseUrl } = usePlatform();
  const errorMessage = useErrorMessage();
  const query = useQuery({
    queryKey: queryKeys.invitation(streamId),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => api.call('getInvitation', { params: { id: streamId } }),
  });
  return (
    <Card title={t('studio.invitation.title')} testID="invitation-card">
      {query.isError ? (
        <Notice tone="trouble" title={errorMessage(query.error)}>
          <RetryButton kind="quiet" onPress={() => void query.refetch()} />
        </Notice>
      ) : query.data ? (
        <CopyRow
          label={t('studio.invitation.link')}
          value={`${baseUrl}${paths.invitation(streamId, query.data.code)}`}
          testID="invitation-link"
        />
      ) : (
        <Skeleton height={56} />
      )}
      <Text variant="caption" tone="muted">
        {t('studio.invitation.help')}
      </Text>
    </Card>
  );
}
