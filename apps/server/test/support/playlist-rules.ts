import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, expect } from 'vitest';
import { PlaylistWatch } from '../../../../packages/media/test/support/playlist-watch.ts';

/**
 * Set-up of every test file: a playlist of ours that breaks a rule of RFC 8216bis, or that a second reader reads
 * otherwise, fails the test in which it left a server of this process, whoever asked for it. What a server in a process
 * of its own serves is read by `readMediaPlaylist`.
 */
export const playlists = new PlaylistWatch();

subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  if (request.url?.startsWith('/hls/')) playlists.watch(request, response);
});

afterEach(() => expect(playlists.broken.splice(0)).toEqual([]));
