import type { Stream } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { useToast } from '../../ui/toast';

/** Opens the device's share dialog, or copies the link where there is none. */
export function useShare(stream: Stream): () => Promise<void> {
  const { t } = useTranslation();
  const platform = usePlatform();
  const toast = useToast();
  return async () => {
    const url = `${platform.baseUrl}${paths.live(stream.id)}`;
    const outcome = await platform.share({ title: stream.title, url });
    if (outcome !== 'unavailable') return;
    try {
      await platform.copyText(url);
      toast.show({ icon: 'Check', title: t('room.linkCopied') });
    } catch {
      toast.show({ icon: 'Share2', title: url });
    }
  };
}
