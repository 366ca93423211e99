import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Notice } from '../../ui/notice';
import { QrCode } from '../../ui/qr-code';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';
import { CameraDesk } from './camera-desk';
import { type ShowBroadcast, useIsSendingHere } from './use-broadcast';

interface Props {
  streamId: string;
  camera: ShowBroadcast | null;
}

/** From this device, or from a phone that reads the code and opens the same page. */
export function BrowserWay({ streamId, camera }: Props) {
  const { t } = useTranslation();
  const { baseUrl, loadBroadcaster } = usePlatform();
  const isSendingHere = useIsSendingHere(camera);
  return (
    <View style={styles.way}>
      {camera ? <CameraDesk {...camera} /> : null}
      {isSendingHere ? null : loadBroadcaster ? (
        <View style={styles.phone}>
          <Text variant="label">{t('studio.goLive.scanTitle')}</Text>
          <Text variant="caption" tone="muted">
            {t('studio.goLive.scanBody')}
          </Text>
          <QrCode text={`${baseUrl}${paths.studioLive(streamId)}`} label={t('studio.goLive.scanLabel')} />
        </View>
      ) : (
        <Notice tone="warm" title={t('studio.goLive.openBrowser', { url: baseUrl })} />
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  way: { gap: space.l },
  phone: { gap: space.s },
});
