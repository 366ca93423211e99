import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startApp } from './native-side.mjs';
import { openShop, show } from './shop.mjs';

test('a link opens the show, with the feed beneath it', async () => {
  const { screen, players } = startApp({
    code: readFileSync(process.env.BUNDLE, 'utf8'),
    serverUrl: await openShop(),
    link: `https://live.example.in/live/${show.id}`,
  });
  await screen.until('the video', () => players[0]?.isPlaying);
  assert.equal(screen.depth, 2);
  await screen.tap('leave-room');
  await screen.until('the feed', () => screen.depth === 1 && screen.texts.includes(show.title));
  assert.equal(players[0].isReleased, true);
});
