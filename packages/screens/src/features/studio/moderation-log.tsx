import type { ModerationEntry } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useList } from '../../app/lists';
import { MoreButton } from '../../app/more-button';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { useFormat } from '../../i18n/use-format';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { RetryButton } from '../../ui/retry-button';
import { SkeletonRows } from '../../ui/skeleton';
import { Text } from '../../ui/text';
import { color, space, tapTarget } from '../../ui/tokens';

/** Who moderated what, whom, when and why; fetched when somebody wants to see it. */
export function ModerationLog({ handle }: { handle: string }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <View style={styles.group}>
      <Text variant="label" level={3}>
        {t('chat.log.title')}
      </Text>
      {isOpen ? (
        <Entries handle={handle} />
      ) : (
        <Button
          kind="secondary"
          icon="ReceiptText"
          label={t('chat.log.open')}
          testID="open-moderation-log"
          onPress={() => setIsOpen(true)}
        />
      )}
    </View>
  );
}

function Entries({ handle }: { handle: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const errorMessage = useErrorMessage();
  const log = useList({
    queryKey: queryKeys.moderationLog(handle),
    fetchPage: (cursor) => api.call('moderationLog', { params: { handle }, query: { limit: 20, cursor } }),
  });
  switch (log.kind) {
    case 'loading':
      return <SkeletonRows height={tapTarget} count={3} />;
    case 'error':
      return (
        <View style={styles.group}>
          <Notice tone="trouble" title={errorMessage(log.error)} />
          <RetryButton kind="secondary" onPress={log.retry} />
        </View>
      );
    case 'empty':
      return (
        <Text variant="caption" tone="muted">
          {t('chat.log.empty')}
        </Text>
      );
    case 'ready':
      return (
        <View testID="moderation-log">
          <View role="list">
            {log.items.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </View>
          <MoreButton list={log} />
        </View>
      );
  }
}

function Entry({ entry }: { entry: ModerationEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { action, actor, target, reason, at } = entry;
  const who = actor?.displayName ?? t('chat.log.server');
  const what = [t(`chat.log.action.${action}`), target?.displayName, reason].filter(Boolean).join(': ');
  return (
    <View role="listitem" style={styles.entry}>
      <Text variant="caption">{what}</Text>
      <Text variant="micro" tone="faint">
        {`${who} · ${format.dateTime(at)}`}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  group: { gap: space.s },
  entry: {
    justifyContent: 'center',
    minHeight: tapTarget,
    paddingVertical: space.xs,
    borderTopWidth: 1,
    borderColor: color.line,
  },
});
