import type { Shop } from '@vybekart/contract';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RequireSignIn } from '../../app/require-sign-in';
import { OpenShop } from './open-shop';

/** What stands behind needs a shop; whoever has none opens it here. */
export function RequireShop({ children }: { children(shop: Shop): ReactNode }) {
  const { t } = useTranslation();
  return (
    <RequireSignIn icon="Store" title={t('studio.guest.title')} body={t('studio.guest.body')}>
      {(user) => (user.shop ? children(user.shop) : <OpenShop />)}
    </RequireSignIn>
  );
}
