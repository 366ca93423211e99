import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button';
import type { ListState } from './lists';

/** Fetches the next page of a list; nothing when there is none. */
export function MoreButton({ list }: { list: Extract<ListState<unknown>, { kind: 'ready' }> }) {
  const { t } = useTranslation();
  if (!list.more) return null;
  return <Button kind="secondary" label={t('common.more')} busy={list.loadingMore} onPress={list.more} />;
}
