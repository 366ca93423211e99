import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Notification } from '@vybekart/contract';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { RequireSignIn } from '../../app/require-sign-in';
import { Shell } from '../../app/shell';
import { useErrorMessage } from '../../i18n/error-message';
import { useFormat } from '../../i18n/use-format';
import { useNewsWords } from '../../i18n/use-news-words';
import { paths } from '../../paths';
import type { IconName } from '../../platform/icons';
import { Icon } from '../../ui/icon';
import { Link } from '../../ui/link';
import { RetryButton } from '../../ui/retry-button';
import { Screen } from '../../ui/screen';
import { SkeletonRows } from '../../ui/skeleton';
import { StateView } from '../../ui/state-view';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import { useInbox } from './use-inbox';

const readAfterMs = 1500;

export function InboxScreen() {
  const { t } = useTranslation();
  return (
    <Shell>
      <Screen title={t('account.inbox')} backTo={paths.feed} testID="inbox-screen">
        <RequireSignIn icon="Bell" title={t('account.inbox')} body={t('account.inboxEmpty.body')}>
          {() => <InboxInner />}
        </RequireSignIn>
      </Screen>
    </Shell>
  );
}

function InboxInner() {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const inbox = useInbox();
  useMarkRead(inbox.data?.items.some((entry) => entry.readAt === null) ?? false);
  if (inbox.data) {
    if (inbox.data.items.length === 0) {
      return (
        <StateView icon="Inbox" title={t('account.inboxEmpty.title')} body={t('account.inboxEmpty.body')} />
      );
    }
    return (
      <View style={styles.list} role="list">
        {inbox.data.items.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </View>
    );
  }
  if (inbox.isError) {
    return (
      <StateView
        icon="WifiOff"
        tone="trouble"
        title={t('account.inboxFailed')}
        body={errorMessage(inbox.error)}
      >
        <RetryButton onPress={() => void inbox.refetch()} />
      </StateView>
    );
  }
  return <SkeletonRows />;
}

/** What was on screen for a moment counts as read; its mark stays until the screen is left. */
function useMarkRead(hasUnread: boolean): void {
  const api = useApi();
  const queries = useQueryClient();
  const { mutate } = useMutation({ mutationFn: () => api.call('readNotifications') });
  useEffect(() => {
    if (!hasUnread) return;
    const timer = setTimeout(() => mutate(), readAfterMs);
    return () => clearTimeout(timer);
  }, [hasUnread, mutate]);
  useEffect(() => () => void queries.invalidateQueries({ queryKey: queryKeys.notifications }), [queries]);
}

const icons: Record<Notification['kind'], IconName> = {
  stream_live: 'Radio',
  one_time_code: 'ShieldCheck',
  order_paid: 'BadgeCheck',
  order_confirmed: 'BadgeCheck',
  new_order: 'Sparkles',
  order_shipped: 'Truck',
  order_closed: 'Clock',
  order_refunded: 'Undo2',
  order_disputed: 'CircleAlert',
  refund_requested: 'Undo2',
  refund_declined: 'Undo2',
  refund_failed: 'CircleAlert',
};

const toSeller: ReadonlySet<Notification['kind']> = new Set([
  'new_order',
  'order_disputed',
  'refund_requested',
  'refund_failed',
]);

function pathOf(entry: Notification): string {
  if (toSeller.has(entry.kind)) return paths.sellerOrders;
  if (entry.kind === 'stream_live' && entry.streamId) return paths.live(entry.streamId);
  return entry.orderId ? paths.order(entry.orderId) : paths.orders;
}

function Entry({ entry }: { entry: Notification }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { title, body } = useNewsWords()(entry);
  const isUnread = entry.readAt === null;
  return (
    <View role="listitem">
      <Link
        to={pathOf(entry)}
        label={[isUnread ? t('account.unread') : '', title, body].filter(Boolean).join(', ')}
        style={[styles.entry, isUnread && styles.unread]}
      >
        <View style={[styles.icon, isUnread && styles.iconUnread]}>
          <Icon name={icons[entry.kind]} tint={isUnread ? color.marigold : color.muted} />
        </View>
        <View style={styles.words}>
          <Text variant="label">{title}</Text>
          <Text variant="caption" tone="muted">
            {body}
          </Text>
          <Text variant="micro" tone="faint" style={styles.when}>
            {format.ago(entry.createdAt)}
          </Text>
        </View>
      </Link>
    </View>
  );
}

const styles = StyleSheet.create({
  list: { gap: space.s },
  entry: {
    flexDirection: 'row',
    gap: space.m,
    padding: space.m,
    borderRadius: radius.l,
    borderWidth: 1,
    borderColor: 'transparent',
    backgroundColor: color.surface,
  },
  unread: { backgroundColor: color.raised, borderColor: 'rgba(255, 178, 36, 0.3)' },
  icon: {
    width: 42,
    height: 42,
    borderRadius: 21,
    alignItems: 'center',
    justifyContent: 'center',
    backgroundColor: color.raised,
  },
  iconUnread: { backgroundColor: color.marigoldSoft },
  words: { flex: 1, minWidth: 0 },
  when: { fontWeight: '400' },
});
