import type { Stream } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { usePlatform } from '../../platform/context';
import type { PlaybackState } from '../../platform/player';
import { Spinner } from '../../ui/spinner';
import { color, radius } from '../../ui/tokens';

/** What the viewers see, a second later and without sound. */
export function ShowPreview({ stream }: { stream: Stream }) {
  const { t } = useTranslation();
  const { Player } = usePlatform();
  const [state, setState] = useState<PlaybackState>('loading');
  return (
    <View style={styles.frame}>
      <Player
        url={stream.playback.url}
        format={stream.playback.player}
        muted
        choice="best"
        fit="contain"
        label={t('studio.preview')}
        testID="preview-video"
        onState={setState}
        onClock={() => undefined}
      />
      {state === 'playing' ? null : (
        <View style={styles.waiting} pointerEvents="none">
          <Spinner size={26} />
        </View>
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  frame: {
    height: 300,
    borderRadius: radius.xl,
    overflow: 'hidden',
    borderWidth: 1,
    borderColor: color.line,
    backgroundColor: '#000000',
  },
  waiting: {
    position: 'absolute',
    top: 0,
    left: 0,
    right: 0,
    bottom: 0,
    alignItems: 'center',
    justifyContent: 'center',
  },
});
