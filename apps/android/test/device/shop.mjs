import http from 'node:http';

const seller = { id: 'shop', handle: 'loft', displayName: 'The Loft', avatarUrl: null };
export const show = {
  id: '0190b0a0-0000-7000-8000-000000000001',
  title: 'Sneakers from the terrace',
  status: 'live',
  isLive: true,
  thumbnailUrl: null,
  viewerCount: 12,
  likeCount: 3,
  scheduledFor: null,
  startedAt: '2026-01-01T10:00:00.000Z',
  endedAt: null,
  createdAt: '2026-01-01T09:59:00.000Z',
  playback: { url: '/hls/terrace/index.m3u8', player: 'hls' },
  hlsPlaybackUrl: '/hls/terrace/index.m3u8',
  seller,
  replay: null,
};

const answers = {
  '/streams/active': { items: [show], nextCursor: null },
  '/streams/upcoming': { items: [], nextCursor: null },
  '/streams/replays': { items: [], nextCursor: null },
  [`/streams/${show.id}`]: show,
  [`/streams/${show.id}/lineup`]: { items: [] },
  '/shops/loft': {
    id: seller.id,
    handle: seller.handle,
    name: seller.displayName,
    avatarUrl: null,
    followerCount: 7,
    isFollowing: false,
    liveStreamId: show.id,
  },
};

/** A server with one show on air, for reading alone: rooms and everything else are down. */
export async function openShop() {
  const server = http.createServer(({ url }, response) => {
    const body = answers[url.split('?')[0]];
    response.writeHead(body ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { code: 'unavailable', title: 'Down', status: 503 }));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${server.address().port}`;
}
