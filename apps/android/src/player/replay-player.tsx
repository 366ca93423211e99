import type { ReplayControls, ReplayPlayerProps, ReplayState } from '@vybekart/screens';
import { createVideoPlayer, type VideoPlayer, VideoView } from 'expo-video';
import { useEffect, useRef, useState } from 'react';
import { StyleSheet, View } from 'react-native';
import { serverUrl } from '../server-url';

const tickS = 0.2;

/** A recording in Android's own player. */
export function ReplayPlayer({ url, muted, fit, label, testID, onState, onControls }: ReplayPlayerProps) {
  const latest = useRef({ muted, onState, onControls });
  latest.current = { muted, onState, onControls };
  const [player, setPlayer] = useState<VideoPlayer | null>(null);

  useEffect(() => {
    const created = createVideoPlayer({
      uri: url.startsWith('/') ? serverUrl + url : url,
      contentType: 'hls',
    });
    created.muted = latest.current.muted;
    latest.current.onState('loading');
    const stop = follow(created, (state) => latest.current.onState(state), latest.current.onControls);
    created.play();
    setPlayer(created);
    return () => {
      stop();
      created.release();
    };
  }, [url]);

  useEffect(() => {
    if (player) player.muted = muted;
  }, [player, muted]);

  return (
    <View style={StyleSheet.absoluteFill} role="img" aria-label={label} testID={testID}>
      {player ? (
        <VideoView
          player={player}
          style={StyleSheet.absoluteFill}
          contentFit={fit}
          nativeControls={false}
          allowsPictureInPicture={false}
          fullscreenOptions={{ enable: false }}
        />
      ) : null}
    </View>
  );
}

/** The native player is read by its events alone, because each getter makes JavaScript wait for the main thread. */
function follow(
  player: VideoPlayer,
  onState: (state: ReplayState) => void,
  onControls: (controls: ReplayControls) => void,
): () => void {
  let position = 0;
  let isAtEnd = false;
  const subscriptions = [
    player.addListener('timeUpdate', ({ currentTime }) => {
      position = currentTime;
    }),
    player.addListener('playingChange', ({ isPlaying }) => {
      if (isPlaying) isAtEnd = false;
      if (!isAtEnd) onState(isPlaying ? 'playing' : 'paused');
    }),
    player.addListener('playToEnd', () => {
      isAtEnd = true;
      onState('ended');
    }),
    player.addListener('statusChange', ({ status }) => {
      if (status === 'loading') onState('stalled');
      if (status === 'error') onState('unavailable');
    }),
  ];
  player.timeUpdateEventInterval = tickS;
  onControls({
    position: () => position,
    play: () => (isAtEnd ? player.replay() : player.play()),
    pause: () => player.pause(),
    seek: (wanted) => {
      position = wanted;
      isAtEnd = false;
      player.currentTime = wanted;
    },
  });
  return () => {
    for (const subscription of subscriptions) subscription.remove();
  };
}
