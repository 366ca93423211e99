import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import type { PlaybackClock, VideoChoice } from '../../platform/player';
import { Chip } from '../../ui/chip';
import { Sheet } from '../../ui/sheet';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';
import { videoChoices } from './use-video-choice';
import { VideoFigures } from './video-figures';

interface Props {
  open: boolean;
  clock: PlaybackClock | null;
  choice: VideoChoice;
  onChoose(choice: VideoChoice): void;
  onClose(): void;
}

/** What the viewer may know and choose about the video. */
export function VideoSheet({ open, clock, choice, onChoose, onClose }: Props) {
  const { t } = useTranslation();
  const lacksSound = open && clock?.hasSoundAlone() === false;
  return (
    <Sheet open={open} title={t('room.videoSheet.title')} onClose={onClose} testID="video-sheet">
      <View role="radiogroup" aria-label={t('room.videoSheet.choose')} style={styles.choices}>
        {videoChoices.map((name) => (
          <Chip
            key={name}
            label={t(`room.videoSheet.${name}.name`)}
            detail={t(
              name === 'audio' && lacksSound ? 'room.videoSheet.noSound' : `room.videoSheet.${name}.body`,
            )}
            selected={choice === name}
            disabled={name === 'audio' && lacksSound}
            testID={`video-${name}`}
            onPress={() => onChoose(name)}
          />
        ))}
      </View>
      {choice === 'best' ? null : (
        <Text variant="caption" tone="muted">
          {t('room.videoSheet.kept')}
        </Text>
      )}
      <VideoFigures clock={clock} />
    </Sheet>
  );
}

const styles = StyleSheet.create({ choices: { gap: space.s } });
