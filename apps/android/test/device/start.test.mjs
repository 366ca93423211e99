import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startApp } from './native-side.mjs';
import { openShop, show } from './shop.mjs';

const serverUrl = await openShop();
const app = startApp({ code: readFileSync(process.env.BUNDLE, 'utf8'), serverUrl });
const { screen, players } = app;

test('the app starts with the feed, and takes the splash screen away', async () => {
  await screen.until('the show', () => screen.texts.includes(show.title));
  await screen.until('the end of the splash screen', () => app.calls.includes('ExpoSplashScreen.hide'));
});

test('a tap on a show opens its room and plays its video, silently at first', async () => {
  await screen.tap(`stream-card-${show.id}`);
  await screen.until('a player', () => players[0]?.isPlaying);
  assert.deepEqual(players[0].source, { uri: `${serverUrl}/hls/terrace/index.m3u8`, contentType: 'hls' });
  assert.equal(players[0].muted, true);
  players[0].emit('statusChange', { status: 'readyToPlay' });
  players[0].emit('playingChange', { isPlaying: true });
  await screen.tap('mute');
  await screen.until('sound', () => players[0].muted === false);
});

test('the video rests while the app is in the background', async () => {
  app.emit('appStateDidChange', { app_state: 'background' });
  await screen.until('rest', () => !players[0].isPlaying);
  app.emit('appStateDidChange', { app_state: 'active' });
  await screen.until('video', () => players[0].isPlaying);
});

test('a show that another screen covers stops, and plays again when it is uncovered', async () => {
  await screen.tap('Shop of The Loft');
  await screen.until('the shop', () => screen.depth === 3);
  await screen.until('the end of the video', () => players[0].isReleased);
  await screen.tap('Back');
  await screen.until('the show again', () => players[1]?.isPlaying);
  assert.equal(screen.depth, 2);
});

test('a tab lies directly on the feed, however deep one was', async () => {
  await screen.tap('Shop of The Loft');
  await screen.until('the shop', () => screen.depth === 3);
  await screen.tap('Account');
  await screen.until('the account', () => screen.depth === 2);
  await screen.tap('Live');
  await screen.until('the feed', () => screen.depth === 1);
});

test('the language that was chosen is kept', async () => {
  await screen.tap('language-switch');
  await screen.until('Hindi', () => screen.texts.includes('अभी लाइव'));
  assert.equal(app.stored.get('vybekart.language'), 'hi');
});
