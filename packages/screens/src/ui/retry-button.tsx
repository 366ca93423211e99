import { useTranslation } from 'react-i18next';
import { Button } from './button';

/** Tries again what the network or the server did not give. */
export function RetryButton({ kind, onPress }: { kind?: 'secondary' | 'quiet'; onPress(): void }) {
  const { t } = useTranslation();
  return <Button kind={kind} label={t('common.retry')} icon="RefreshCw" onPress={onPress} />;
}
