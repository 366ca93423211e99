import { replayDateAt, replayPositionOf } from '@vybekart/client';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ScrollView, StyleSheet, useWindowDimensions, View } from 'react-native';
import { useSession } from '../../app/client';
import { useSignInGate } from '../../app/sign-in-gate';
import { formatElapsed } from '../../i18n/format';
import { usePlatform } from '../../platform/context';
import type { ReplayControls, ReplayState } from '../../platform/replay-player';
import { IconButton } from '../../ui/button';
import { effects } from '../../ui/effects';
import { Spinner } from '../../ui/spinner';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';
import { BuySheet } from '../checkout/buy-sheet';
import type { Buyable } from '../checkout/buyable';
import { StageFrame, useIsDesk } from '../stage/stage-frame';
import { DeleteReplay } from './delete-replay';
import { ReplayChat } from './replay-chat';
import { ReplayPinCard } from './replay-pin-card';
import { ReplayTopBar } from './replay-top-bar';
import { Scrubber } from './scrubber';
import { usePosition } from './use-position';
import type { PastShow } from './use-replay';

const waiting: readonly ReplayState[] = ['loading', 'stalled', 'unavailable'];

/** The show again: picture, chat and products of the same moment, wherever the viewer goes in it. */
export function ReplayStage({ show }: { show: PastShow }) {
  const { stream, replay, room } = show;
  const { t } = useTranslation();
  const { ReplayPlayer } = usePlatform();
  const window = useWindowDimensions();
  const gate = useSignInGate();
  const isOwn = useSession().user?.shop?.id === stream.seller.id;
  const isDesk = useIsDesk();
  const [state, setState] = useState<ReplayState>('loading');
  const [controls, setControls] = useState<ReplayControls | null>(null);
  const [isMuted, setIsMuted] = useState(true);
  const [buying, setBuying] = useState<Buyable | null>(null);
  const [positionS, seek] = usePosition(controls);
  const durationS = replay.durationMs / 1000;
  const then = room.at(replayDateAt(replay, positionS * 1000));
  const marksS = useMemo(
    () => [...new Set(room.pinMomentsMs.map((ms) => Math.round(replayPositionOf(replay, ms) / 1000)))],
    [room, replay],
  );
  const isPlaying = state === 'playing' || state === 'stalled';
  const buy = (item: Buyable) => gate.run(t('account.reason.buy'), () => setBuying(item));
  return (
    <View style={[styles.layout, isDesk && styles.layoutDesk]}>
      <StageFrame
        stream={stream}
        video={
          <ReplayPlayer
            url={replay.url}
            muted={isMuted}
            fit="cover"
            label={t('replay.video', { seller: stream.seller.displayName })}
            testID="replay-video"
            onState={setState}
            onControls={setControls}
          />
        }
        notice={
          waiting.includes(state) ? (
            <View
              pointerEvents="none"
              style={[StyleSheet.absoluteFill, styles.wait]}
              role="status"
              aria-label={t('common.loading')}
            >
              <Spinner size={32} />
            </View>
          ) : null
        }
      >
        <ReplayTopBar stream={stream} startedAt={replay.startedAt} />
        <View style={styles.bottom} pointerEvents="box-none">
          <View style={styles.middle} pointerEvents="box-none">
            <ReplayChat
              messages={then.messages}
              style={[
                styles.chat,
                { height: Math.max(48, Math.min(window.height * 0.32, window.height - 420)) },
              ]}
            />
            <View style={styles.rail}>
              {isOwn ? <DeleteReplay streamId={stream.id} /> : null}
              <IconButton
                icon={isMuted ? 'VolumeX' : 'Volume2'}
                look="glass"
                testID="mute"
                label={t(isMuted ? 'room.unmute' : 'room.mute')}
                onPress={() => setIsMuted((before) => !before)}
              />
            </View>
          </View>
          {then.pins.length > 0 ? (
            <ScrollView style={styles.pins} contentContainerStyle={styles.pinColumn}>
              {then.pins.map((pin) => (
                <ReplayPinCard key={pin.id} pin={pin} onBuy={buy} />
              ))}
            </ScrollView>
          ) : null}
          <View style={styles.controls}>
            <IconButton
              icon={isPlaying ? 'Pause' : 'Play'}
              look="glass"
              testID="replay-play"
              label={t(isPlaying ? 'replay.pause' : 'replay.play')}
              onPress={() => (isPlaying ? controls?.pause() : controls?.play())}
            />
            <Scrubber positionS={positionS} durationS={durationS} marksS={marksS} onSeek={seek} />
            <Text variant="caption" tabular testID="replay-time" style={effects.textShadow}>
              {`${formatElapsed(positionS * 1000)} / ${formatElapsed(replay.durationMs)}`}
            </Text>
          </View>
        </View>
      </StageFrame>
      <BuySheet item={buying} shopHandle={stream.seller.handle} onClose={() => setBuying(null)} />
    </View>
  );
}

const styles = StyleSheet.create({
  layout: { flex: 1 },
  layoutDesk: { alignItems: 'center', justifyContent: 'center', padding: space.xl },
  wait: { alignItems: 'center', justifyContent: 'center' },
  bottom: { gap: space.s, paddingBottom: space.m, paddingHorizontal: space.m },
  middle: { flexDirection: 'row', alignItems: 'flex-end', gap: space.s },
  chat: { flex: 1, minWidth: 0 },
  rail: { alignItems: 'center', gap: space.m, paddingBottom: space.s, width: 52 },
  pins: { flexGrow: 0, maxHeight: 180 },
  pinColumn: { gap: space.s },
  controls: { flexDirection: 'row', alignItems: 'center', gap: space.m },
});
