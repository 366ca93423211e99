import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlatform } from '../../platform/context';
import { Confirm } from '../../ui/confirm';

/** Asks before the desk is left while its camera is on air: the show would go on without a picture. */
export function LeaveQuestion() {
  const { t } = useTranslation();
  const { navigation } = usePlatform();
  const [leave, setLeave] = useState<(() => void) | null>(null);
  useEffect(() => navigation.holdBack((go) => setLeave(() => go)), [navigation]);
  return (
    <Confirm
      open={leave !== null}
      title={t('studio.leave.title')}
      question={t('studio.leave.question')}
      yes={t('studio.leave.yes')}
      testID="leave-desk-yes"
      onYes={() => leave?.()}
      onClose={() => setLeave(null)}
    />
  );
}
