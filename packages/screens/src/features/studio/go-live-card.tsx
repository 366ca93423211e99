import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Chip } from '../../ui/chip';
import { space } from '../../ui/tokens';
import { BrowserWay } from './browser-way';
import { EncoderWay } from './encoder-way';
import type { ShowBroadcast } from './use-broadcast';

const ways = ['here', 'obs', 'phone'] as const;
type Way = (typeof ways)[number];

interface Props {
  streamId: string;
  /** This device's camera, where it can send. */
  camera: ShowBroadcast | null;
  startsOpen: boolean;
}

/** The three ways to send a picture, one tap apart. */
export function GoLiveCard({ streamId, camera, startsOpen }: Props) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(startsOpen);
  const [way, setWay] = useState<Way>('here');
  const toggle = startsOpen ? null : (
    <Button
      kind="quiet"
      label={t(isOpen ? 'common.close' : 'common.more')}
      hint={`${t(isOpen ? 'common.close' : 'common.more')}: ${t('studio.goLive.title')}`}
      onPress={() => setIsOpen(!isOpen)}
    />
  );
  return (
    <Card title={t('studio.goLive.title')} action={toggle} testID="go-live-card">
      {isOpen ? (
        <View style={styles.content}>
          <View role="radiogroup" aria-label={t('studio.goLive.ways')} style={styles.ways}>
            {ways.map((each) => (
              <Chip
                key={each}
                label={t(`studio.goLive.${each}`)}
                selected={way === each}
                onPress={() => setWay(each)}
                testID={`way-${each}`}
              />
            ))}
          </View>
          {way === 'here' ? (
            <BrowserWay streamId={streamId} camera={camera} />
          ) : (
            <EncoderWay streamId={streamId} steps={way} />
          )}
        </View>
      ) : null}
    </Card>
  );
}

const styles = StyleSheet.create({
  content: { gap: space.l },
  ways: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
