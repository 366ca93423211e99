import { useTranslation } from 'react-i18next';
import { Sheet } from '../../ui/sheet';
import type { Buyable } from '../checkout/buyable';
import { LineupList } from './lineup-list';

interface Props {
  open: boolean;
  streamId: string;
  onScreen: readonly Buyable[];
  onClose(): void;
  onBuy(item: Buyable): void;
}

export function ProductBag({ open, streamId, onScreen, onClose, onBuy }: Props) {
  const { t } = useTranslation();
  return (
    <Sheet open={open} title={t('room.bag')} onClose={onClose} testID="bag-sheet">
      <LineupList streamId={streamId} onScreen={onScreen} onBuy={onBuy} />
    </Sheet>
  );
}
