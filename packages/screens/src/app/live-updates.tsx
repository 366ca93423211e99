import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import type { Notification, Order } from '@vybekart/contract';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/use-format';
import { useNewsWords } from '../i18n/use-news-words';
import { paths } from '../paths';
import { usePlatform } from '../platform/context';
import { useToast } from '../ui/toast';
import { useClient, useSession } from './client';
import { queryKeys } from './query-keys';

const toldElsewhere: readonly Notification['kind'][] = ['new_order', 'order_paid', 'order_confirmed'];

/** In a rush of orders a seller's figures and lists are read once in a while, not once for each order. */
const refreshAfterMs = 300;

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Keeps lists fresh by the private events of the socket while somebody is signed in. */
export function LiveUpdates({ children }: { children: ReactNode }) {
  const { live } = useClient();
  const { status, user } = useSession();
  const signedIn = status === 'signed_in';
  const queries = useQueryClient();
  const toast = useToast();
  const { t } = useTranslation();
  const format = useFormat();
  const words = useNewsWords();
  const { navigation } = usePlatform();

  // What one person saw is not the next one's. A guest who signs in keeps what is on screen, fetched anew.
  const userId = status === 'loading' ? undefined : (user?.id ?? null);
  const knownUserId = useRef(userId);
  useEffect(() => {
    const before = knownUserId.current;
    knownUserId.current = userId;
    if (before === undefined || before === userId) return;
    void (before === null ? queries.invalidateQueries() : queries.resetQueries());
  }, [userId, queries]);

  useEffect(() => {
    if (!signedIn) return;
    const release = live.open();
    let isRefreshing = false;
    const refreshSales = () => {
      if (isRefreshing) return;
      isRefreshing = true;
      setTimeout(() => {
        isRefreshing = false;
        void queries.invalidateQueries({ queryKey: queryKeys.sellerOrders });
        void queries.invalidateQueries({ queryKey: queryKeys.dashboards });
      }, refreshAfterMs);
    };
    const stop = [
      live.on('order_updated', ({ order }) => {
        queries.setQueryData(queryKeys.order(order.id), order);
        queries.setQueryData<InfiniteData<Page<Order>>>(queryKeys.orders, (known) =>
          replaceOrder(known, order),
        );
        // A seller hears of what became of an order that was sold by the same event.
        refreshSales();
      }),
      live.on('notification', ({ notification }) => {
        void queries.invalidateQueries({ queryKey: queryKeys.notifications });
        // A seller's order is announced by `new_order`, a buyer's by the checkout: both have more to say.
        if (toldElsewhere.includes(notification.kind)) return;
        toast.show({ ...words(notification), icon: 'Bell' });
      }),
      live.on('new_order', ({ order }) => {
        refreshSales();
        toast.show({
          testID: 'new-order',
          icon: 'Sparkles',
          tone: 'festive',
          title: t('studio.newOrder'),
          body: t('studio.newOrderBody', {
            buyer: order.buyer.displayName,
            items: order.items
              .map((item) => t('orders.quantity', { count: item.quantity, title: item.title }))
              .join(', '),
            amount: format.money(order.total),
          }),
          onPress: () => navigation.push(paths.sellerOrders),
        });
      }),
    ];
    return () => {
      for (const end of stop) end();
      release();
    };
  }, [signedIn, live, queries, toast, t, words, format.money, navigation]);

  return children;
}

function replaceOrder(
  known: InfiniteData<Page<Order>> | undefined,
  order: Order,
): InfiniteData<Page<Order>> | undefined {
  if (!known) return known;
  const pages = known.pages.map((page) => ({
    ...page,
    items: page.items.map((item) => (item.id === order.id ? order : item)),
  }));
  return { ...known, pages };
}
