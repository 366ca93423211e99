import { useTranslation } from 'react-i18next';
import { paths } from '../paths';
import { usePlatform } from '../platform/context';
import { Button } from '../ui/button';
import { Screen } from '../ui/screen';
import { StateView } from '../ui/state-view';
import { Shell } from './shell';

export function MissingScreen() {
  const { t } = useTranslation();
  const { navigation } = usePlatform();
  return (
    <Shell>
      <Screen title={t('common.missing.title')} backTo={paths.feed}>
        <StateView icon="Radio" tone="warm" title={t('common.missing.title')} body={t('common.missing.body')}>
          <Button label={t('common.missing.action')} onPress={() => navigation.replace(paths.feed)} />
        </StateView>
      </Screen>
    </Shell>
  );
}
