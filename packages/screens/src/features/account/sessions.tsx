import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { useFormat } from '../../i18n/use-format';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Icon } from '../../ui/icon';
import { Badge } from '../../ui/live-badge';
import { Skeleton } from '../../ui/skeleton';
import { Text } from '../../ui/text';
import { useToast } from '../../ui/toast';
import { color, space } from '../../ui/tokens';
import { deviceName } from './device-name';

/** Every place where this account is signed in, and the way to end one. */
export function Sessions() {
  const { t } = useTranslation();
  const format = useFormat();
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const errorMessage = useErrorMessage();
  const { data, isPending } = useQuery({
    queryKey: queryKeys.sessions,
    queryFn: () => api.call('listSessions'),
  });
  const revoke = useMutation({
    mutationFn: (id: string) => api.call('revokeSession', { params: { id } }),
    onError: (error) => toast.show({ icon: 'CircleAlert', tone: 'trouble', title: errorMessage(error) }),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.sessions }),
  });
  if (isPending) return <Skeleton height={120} />;
  return (
    <Card title={t('account.sessions')}>
      {(data?.items ?? []).map((session) => (
        <View key={session.id} style={styles.row}>
          <Icon name="MonitorSmartphone" tint={color.muted} />
          <View style={styles.words}>
            <Text variant="label" numberOfLines={1}>
              {deviceName(session.userAgent) ?? t('account.unknownDevice')}
            </Text>
            <Text variant="caption" tone="muted">
              {t('account.lastUsed', { when: format.ago(session.lastUsedAt) })}
            </Text>
          </View>
          {session.isCurrent ? (
            <Badge tone="good" label={t('account.thisDevice')} />
          ) : (
            <Button
              kind="quiet"
              label={t('account.revoke')}
              busy={revoke.isPending && revoke.variables === session.id}
              onPress={() => revoke.mutate(session.id)}
            />
          )}
        </View>
      ))}
    </Card>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: 'row', alignItems: 'center', gap: space.m, minHeight: 52 },
  words: { flex: 1, minWidth: 0 },
});
