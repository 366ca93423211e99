import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/button';
import { CountBadge } from '../../ui/count-badge';
import { Sheet } from '../../ui/sheet';
import { mayModerate } from './chat-powers';
import { ReviewQueue } from './review-queue';
import { useRoomValue } from './room-context';
import { useReview } from './use-review';

/** The way to the messages that wait for a decision, with their number; nothing for viewers. */
export function ReviewButton({ streamId }: { streamId: string }) {
  const isModerator = useRoomValue((view) => mayModerate(view.you));
  return isModerator ? <Way streamId={streamId} /> : null;
}

function Way({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const waiting = useReview(streamId).queue.data?.items.length ?? 0;
  return (
    <>
      <IconButton
        icon="ShieldCheck"
        look="glass"
        testID="open-review"
        label={t('chat.review.open', { count: waiting })}
        onPress={() => setIsOpen(true)}
      >
        <CountBadge count={waiting} />
      </IconButton>
      <Sheet
        open={isOpen}
        title={t('chat.review.title')}
        testID="review-sheet"
        onClose={() => setIsOpen(false)}
      >
        <ReviewQueue streamId={streamId} />
      </Sheet>
    </>
  );
}
