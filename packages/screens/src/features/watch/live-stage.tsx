import type { Stream } from '@vybekart/contract';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useSignInGate } from '../../app/sign-in-gate';
import { usePlatform } from '../../platform/context';
import type { PlaybackClock, PlaybackState, VideoChoice } from '../../platform/player';
import { effects } from '../../ui/effects';
import { Picture } from '../../ui/picture';
import { space } from '../../ui/tokens';
import { BuySheet } from '../checkout/buy-sheet';
import { type Buyable, buyableFromPin, withRoomStock } from '../checkout/buyable';
import { useHeartField } from '../room/heart-field';
import { Hearts } from '../room/hearts';
import { pictureOf } from '../room/picture-moment';
import { useRoomValue } from '../room/room-context';
import { useTimedPins } from '../room/use-timed-pins';
import { StageFrame, useIsDesk } from '../stage/stage-frame';
import { EndedScreen } from './ended-screen';
import { PhoneOverlay } from './phone-overlay';
import { ProductBag } from './product-bag';
import { SidePanel } from './side-panel';
import { StageNotice } from './stage-notice';
import { stageState } from './stage-state';
import { TopBar } from './top-bar';
import { useVideoChoice } from './use-video-choice';
import { useVideoReport } from './use-video-report';
import { VideoSheet } from './video-sheet';

/** The show itself: the picture fills a phone; on a desk it stands upright beside the shop and the chat. */
export function LiveStage({ stream }: { stream: Stream }) {
  const { t } = useTranslation();
  const { Player } = usePlatform();
  const gate = useSignInGate();
  const isDesk = useIsDesk();
  const [playback, setPlayback] = useState<PlaybackState>('loading');
  const [clock, setClock] = useState<PlaybackClock | null>(null);
  const [isMuted, setIsMuted] = useState(true);
  const [isBagOpen, setIsBagOpen] = useState(false);
  const [isVideoOpen, setIsVideoOpen] = useState(false);
  const [buying, setBuying] = useState<Buyable | null>(null);
  const [choice, setChoice] = useVideoChoice();
  const status = useRoomValue((view) => view.streamStatus) ?? stream.status;
  const roomStatus = useRoomValue((view) => view.status);
  const error = useRoomValue((view) => view.error?.code ?? null);
  const stock = useRoomValue((view) => view.stock);
  const showsVideo = status === 'live' || status === 'interrupted';
  const pins = useTimedPins(clock, pictureOf(showsVideo, playback));
  const { hearts, release } = useHeartField();
  const isSlow = useVideoReport(clock, playback);
  const state = stageState({ status, room: roomStatus, error, playback });

  const items = useMemo(() => pins.map(buyableFromPin), [pins]);
  const buy = (item: Buyable) => {
    setIsBagOpen(false);
    gate.run(t('account.reason.buy'), () => setBuying(item));
  };

  const chooseVideo = (next: VideoChoice) => {
    // Sound that cannot be heard is nothing.
    if (next === 'audio') setIsMuted(false);
    setChoice(next);
  };

  if (state === 'ended' || state === 'missing' || state === 'banned')
    return <EndedScreen stream={stream} why={state} />;
  const controls = {
    stream,
    items,
    isMuted,
    onBuy: buy,
    onMute: () => setIsMuted((before) => !before),
    onBag: () => setIsBagOpen(true),
    onVideo: () => setIsVideoOpen(true),
    onLike: () => release(1),
  };
  return (
    <View style={[styles.layout, isDesk && styles.layoutDesk]}>
      <View style={[StyleSheet.absoluteFill, styles.clip]} aria-hidden>
        <Picture
          seed={stream.seller.id}
          name={stream.seller.displayName}
          url={stream.thumbnailUrl}
          style={[StyleSheet.absoluteFill, effects.backdropBlur]}
        />
      </View>
      <StageFrame
        stream={stream}
        video={
          showsVideo ? (
            <Player
              url={stream.playback.url}
              format={stream.playback.player}
              muted={isMuted}
              choice={choice}
              fit="cover"
              label={t('room.video', { seller: stream.seller.displayName })}
              testID="live-video"
              onState={setPlayback}
              onClock={setClock}
            />
          ) : null
        }
        notice={<StageNotice state={state} sellerName={stream.seller.displayName} />}
        front={<Hearts hearts={hearts} />}
      >
        <TopBar
          stream={stream}
          isMuted={isMuted}
          isSlow={isSlow}
          isSoundOnly={choice === 'audio'}
          onUnmute={() => setIsMuted(false)}
        />
        <PhoneOverlay {...controls} isDesk={isDesk} />
      </StageFrame>
      {isDesk ? <SidePanel stream={stream} onScreen={items} onBuy={buy} /> : null}
      <ProductBag
        open={isBagOpen}
        streamId={stream.id}
        onScreen={items}
        onClose={() => setIsBagOpen(false)}
        onBuy={buy}
      />
      <VideoSheet
        open={isVideoOpen}
        clock={clock}
        choice={choice}
        onChoose={chooseVideo}
        onClose={() => setIsVideoOpen(false)}
      />
      <BuySheet
        item={buying && withRoomStock(buying, stock)}
        shopHandle={stream.seller.handle}
        streamId={stream.id}
        onClose={() => setBuying(null)}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  layout: { flex: 1 },
  layoutDesk: {
    flexDirection: 'row',
    justifyContent: 'center',
    alignItems: 'center',
    gap: space.xl,
    padding: space.xl,
  },
  clip: { overflow: 'hidden' },
});
