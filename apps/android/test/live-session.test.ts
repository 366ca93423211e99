import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { LiveSession } from '../src/player/live-session.ts';
import { FakePlayer } from './fake-player.ts';

const entry = 'https://live.example.in/hls/show/index.m3u8';

/** The epoch milliseconds of the picture at position 0. */
const showBeganMs = 1_700_000_000_000;

function watching(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: showBeganMs });
  const player = new FakePlayer();
  const states: string[] = [];
  const session = new LiveSession({
    player: player.asNative,
    url: entry,
    choice: 'best',
    muted: true,
    onState: (state) => states.push(state),
  });
  session.start();
  let position = 0;
  return {
    player,
    session,
    states,
    /** Half a second goes by; `moves` seconds of it play, and `ahead` seconds are loaded. */
    tick({ moves = 0.5, ahead = 1 } = {}) {
      t.mock.timers.tick(500);
      position += moves;
      player.say('timeUpdate', {
        currentTime: position,
        bufferedPosition: position + ahead,
        currentLiveTimestamp: showBeganMs + position * 1000,
        currentOffsetFromLive: ahead + 0.2,
      });
    },
    plays() {
      player.say('statusChange', { status: 'readyToPlay' });
      player.say('playingChange', { isPlaying: true });
    },
    pass: (ms: number) => t.mock.timers.tick(ms),
  };
}

test('a picture that runs dry is stalled, and counts as one stall', (t) => {
  const { player, session, states, plays } = watching(t);
  plays();
  player.say('statusChange', { status: 'loading' });
  plays();
  assert.deepEqual(states, ['playing', 'stalled', 'playing']);
  assert.equal(session.stalls(), 1);
});

test('a jump to the edge is no stall', (t) => {
  const { player, session, plays, tick } = watching(t);
  plays();
  tick();
  tick({ ahead: 9 });
  player.say('statusChange', { status: 'loading' });
  plays();
  assert.equal(player.told.at(-1), 'seekBy 8.0');
  assert.equal(session.stalls(), 0);
});

test('a picture that lags is played faster, and at its own speed when it has caught up', (t) => {
  const { player, plays, tick } = watching(t);
  plays();
  tick({ ahead: 1 });
  tick({ ahead: 2 });
  assert.equal(player.playbackRate, 1.1);
  tick({ ahead: 1.1 });
  assert.equal(player.playbackRate, 1);
});

test('a stream that fails is opened again after 0.5, 1, 2 and then every 4 s, and told unavailable after 3 s', (t) => {
  const { player, states, plays, pass, tick } = watching(t);
  plays();
  tick();
  const opened = () => player.told.filter((word) => word === 'open').length;
  for (const pauseMs of [500, 1000, 2000, 4000, 4000]) {
    const before = opened();
    player.say('statusChange', { status: 'error' });
    pass(pauseMs - 1);
    assert.equal(opened(), before);
    pass(1);
    assert.equal(opened(), before + 1);
    tick({ moves: 0 });
  }
  assert.deepEqual(states, ['playing', 'unavailable']);
  plays();
  assert.equal(states.at(-1), 'playing');
});

test('a stream that stands still without failing is opened anew after 9 s', (t) => {
  const { player, plays, tick } = watching(t);
  plays();
  tick();
  for (let half = 0; half < 18; half += 1) tick({ moves: 0 });
  assert.equal(player.told.includes('open'), false);
  tick({ moves: 0 });
  assert.equal(player.told.filter((word) => word === 'open').length, 1);
});

test('an app in the background plays and asks for nothing, and comes back at the edge', (t) => {
  const { player, session, plays, pass } = watching(t);
  plays();
  player.say('statusChange', { status: 'error' });
  session.suspend();
  pass(60_000);
  assert.deepEqual(player.told, ['play', 'pause']);
  assert.equal(player.timeUpdateEventInterval, 0);
  session.resume();
  assert.deepEqual(player.told.slice(2), ['open', 'play']);
  assert.equal(player.timeUpdateEventInterval, 0.5);
});

test('a returning network hurries a stream that waits, and leaves one that plays', (t) => {
  const { player, session, plays } = watching(t);
  plays();
  session.wake();
  assert.deepEqual(player.told, ['play']);
  player.say('statusChange', { status: 'loading' });
  session.wake();
  assert.deepEqual(player.told, ['play', 'open', 'play']);
});

test('the date of the picture goes on between two ticks, and stands while it is stalled', (t) => {
  const { player, session, plays, tick, pass } = watching(t);
  assert.equal(session.playingDate(), null);
  plays();
  tick();
  pass(200);
  assert.equal(session.playingDate(), showBeganMs + 700);
  player.say('statusChange', { status: 'loading' });
  pass(200);
  assert.equal(session.playingDate(), showBeganMs + 500);
});

test('the first picture and the latency are told once a picture was drawn', (t) => {
  const { session, plays, tick } = watching(t);
  plays();
  tick({ ahead: 1.25 });
  assert.equal(session.latencyMs(), null);
  session.drawn();
  assert.equal(session.firstFrameMs(), 500);
  assert.equal(Math.round(session.latencyMs() ?? 0), 1250);
});

test('a source that could not be opened is opened again, but not for a viewer who left', async (t) => {
  for (const leaves of [false, true]) {
    const { player, session, pass } = watching(t);
    player.opening = Promise.reject(new Error('no network'));
    session.resume();
    if (leaves) session.destroy();
    await player.opening.catch(() => undefined);
    pass(500);
    assert.equal(player.told.filter((word) => word === 'open').length, leaves ? 1 : 2);
    t.mock.timers.reset();
  }
});

test('a player that was left is released once and told nothing after it', (t) => {
  const { player, session, plays, pass } = watching(t);
  plays();
  player.say('statusChange', { status: 'error' });
  session.destroy();
  player.say('statusChange', { status: 'error' });
  pass(60_000);
  assert.deepEqual(player.told, ['play', 'release']);
});

test('a viewer who only listens gets the rendition without pictures, and the pictures again when they want them', async (t) => {
  const { player, session, plays } = watching(t);
  const variants = [
    '#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=720x1280',
    's/media.m3u8',
    '#EXT-X-STREAM-INF:BANDWIDTH=70000,CODECS="mp4a.40.2"',
    's/audio/media.m3u8',
  ];
  let playlist = ['#EXTM3U', ...variants, ''].join('\n');
  t.mock.method(globalThis, 'fetch', async () => new Response(playlist));
  const opened = Promise.withResolvers<void>();
  player.onOpen = () => opened.resolve();
  plays();
  assert.equal(session.hasSoundAlone(), null);
  session.choose('audio');
  await opened.promise;
  assert.equal(player.source, 'https://live.example.in/hls/show/s/audio/media.m3u8');
  assert.equal(session.hasSoundAlone(), true);
  session.choose('saver');
  assert.equal(player.source, entry);

  playlist = ['#EXTM3U', ...variants.slice(0, 2), ''].join('\n');
  const again = Promise.withResolvers<void>();
  player.onOpen = () => again.resolve();
  session.choose('audio');
  await again.promise;
  assert.equal(player.source, entry);
  assert.equal(session.hasSoundAlone(), false);
});
