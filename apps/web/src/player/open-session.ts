import { HlsSession } from './hls-session';
import type { LiveSession, SessionOptions } from './live-session';
import { NativeSession } from './native-session';
import { loadHls } from './prepare-show';

/** The player that this browser can run. Its code comes with the first show that is opened, not with the app. */
export async function openSession(options: SessionOptions): Promise<LiveSession> {
  if (options.format === 'ivs') {
    const { openIvsSession } = await import('./open-ivs-session');
    const session = await openIvsSession(options);
    if (session) return session;
  }
  const Hls = await loadHls();
  return Hls.isSupported() ? new HlsSession({ ...options, Hls }) : new NativeSession(options);
}
