import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import type { BroadcastPhase, BroadcastView } from '../../platform/broadcast';
import { Button, IconButton } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import type { ShowBroadcast } from './use-broadcast';

const onAirPhases: readonly BroadcastPhase[] = ['connecting', 'publishing', 'reconnecting'];

/** The preview with everything that a thumb needs while showing things to a camera. */
export function CameraDesk({ broadcast, Preview }: ShowBroadcast) {
  const { t } = useTranslation();
  const view = useSyncExternalStore(broadcast.subscribe, broadcast.getView);
  const { phase, problem } = view;
  const isOff = phase === 'off' || phase === 'asking';
  return (
    <View style={styles.desk}>
      {problem ? (
        <Notice
          tone="trouble"
          testID="camera-problem"
          title={t(`studio.goLive.problem.${problem}`)}
          body={t(`studio.goLive.remedy.${problem}`)}
        />
      ) : null}
      {isOff ? (
        <>
          <Text variant="caption" tone="muted">
            {t('studio.goLive.cameraBody')}
          </Text>
          <Button
            icon="Video"
            wide
            testID="camera-on"
            label={t('studio.goLive.cameraOn')}
            busy={phase === 'asking'}
            disabled={problem === 'unsupported' || problem === 'insecure'}
            onPress={() => void broadcast.prepare()}
          />
        </>
      ) : (
        <>
          <View style={styles.frame}>
            <Preview broadcast={broadcast} label={t('studio.goLive.preview')} testID="camera-preview" />
            <View style={styles.tools}>
              <IconButton
                icon={view.isMuted ? 'MicOff' : 'Mic'}
                look="glass"
                tint={view.isMuted ? color.danger : color.text}
                label={t(view.isMuted ? 'studio.goLive.unmute' : 'studio.goLive.mute')}
                pressed={view.isMuted}
                testID="camera-mute"
                onPress={() => broadcast.setMuted(!view.isMuted)}
              />
              {view.canFlip ? (
                <IconButton
                  icon="SwitchCamera"
                  look="glass"
                  label={t('studio.goLive.flip')}
                  testID="camera-flip"
                  onPress={() => void broadcast.flip()}
                />
              ) : null}
            </View>
          </View>
          <State view={view} />
          {onAirPhases.includes(phase) ? (
            <Button
              kind="danger"
              icon="Square"
              wide
              testID="camera-stop"
              label={t('studio.goLive.stop')}
              onPress={() => broadcast.stop()}
            />
          ) : (
            <Button
              icon="Radio"
              size="l"
              wide
              testID="camera-start"
              label={t('studio.goLive.start')}
              disabled={problem === 'not_offered' || problem === 'ended'}
              onPress={() => broadcast.start()}
            />
          )}
        </>
      )}
    </View>
  );
}

/** In words: on air or not, and how the network takes it. */
function State({ view }: { view: BroadcastView }) {
  const { t } = useTranslation();
  const { phase, uplink, size, bitsPerSecond } = view;
  if (phase === 'off' || phase === 'asking') return null;
  const isSending = phase === 'publishing';
  const tone = phase === 'reconnecting' || (isSending && uplink === 'behind') ? 'danger' : 'muted';
  const rate = (bitsPerSecond / 1_000_000).toFixed(1);
  return (
    <View role="status" aria-live="polite" style={styles.state}>
      <Text variant="label" testID="camera-phase">
        {t(`studio.goLive.phase.${phase}`)}
      </Text>
      {isSending ? (
        <Text variant="caption" tone={tone} testID="camera-uplink">
          {t(`studio.goLive.uplink.${uplink}`)}
        </Text>
      ) : null}
      {isSending && size ? (
        <Text variant="caption" tone="faint" tabular aria-hidden>
          {t('studio.goLive.figures', { rate, ...size })}
        </Text>
      ) : null}
    </View>
  );
}

const styles = StyleSheet.create({
  desk: { gap: space.m },
  frame: {
    height: 230,
    borderRadius: radius.l,
    overflow: 'hidden',
    borderWidth: 1,
    borderColor: color.line,
    backgroundColor: '#000000',
  },
  tools: { position: 'absolute', right: space.s, top: space.s, gap: space.s },
  state: { gap: space.xxs },
});
