import { onlineManager } from '@tanstack/react-query';
import type { PlayerProps } from '@vybekart/screens';
import { createVideoPlayer, VideoView } from 'expo-video';
import { useEffect, useRef, useState } from 'react';
import { AppState, StyleSheet, View } from 'react-native';
import { serverUrl } from '../server-url';
import { LiveSession } from './live-session';

/** The picture itself, in Android's own player. */
export function Player(props: PlayerProps) {
  return <LivePicture key={props.url} {...props} />;
}

function LivePicture({ url, choice, muted, fit, label, testID, onState, onClock }: PlayerProps) {
  const latest = useRef({ choice, muted, onState, onClock });
  latest.current = { choice, muted, onState, onClock };
  const [session, setSession] = useState<LiveSession | null>(null);

  useEffect(() => {
    const uri = url.startsWith('/') ? serverUrl + url : url;
    const begunWith = latest.current.choice;
    const live = new LiveSession({
      player: createVideoPlayer(begunWith === 'audio' ? null : { uri, contentType: 'hls' }),
      url: uri,
      choice: begunWith,
      muted: latest.current.muted,
      onState: (state) => latest.current.onState(state),
    });
    latest.current.onState('loading');
    live.start();
    latest.current.onClock(live);
    setSession(live);
    const stopFollowing = followApp(live);
    return () => {
      stopFollowing();
      live.destroy();
    };
  }, [url]);

  useEffect(() => {
    if (session) session.player.muted = muted;
  }, [session, muted]);

  useEffect(() => session?.choose(choice), [session, choice]);

  return (
    <View style={StyleSheet.absoluteFill} role="img" aria-label={label} testID={testID}>
      {session ? (
        <VideoView
          player={session.player}
          style={StyleSheet.absoluteFill}
          contentFit={fit}
          nativeControls={false}
          allowsPictureInPicture={false}
          fullscreenOptions={{ enable: false }}
          onFirstFrameRender={() => session.drawn()}
        />
      ) : null}
    </View>
  );
}

/** A picture that nobody sees costs nothing; one that is seen again is the newest. */
function followApp(live: LiveSession): () => void {
  let isAway = false;
  const app = AppState.addEventListener('change', (state) => {
    if (state === 'background' && !isAway) live.suspend();
    if (state === 'active' && isAway) live.resume();
    isAway = state === 'background' || (isAway && state !== 'active');
  });
  const stopNetwork = onlineManager.subscribe((isOnline) => {
    if (isOnline && !isAway) live.wake();
  });
  return () => {
    app.remove();
    stopNetwork();
  };
}
