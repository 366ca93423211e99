import type { Platform } from '@vybekart/screens';
import { lazyScreen, storedSession } from '@vybekart/screens';
import { icons } from './icons';
import { navigation } from './navigation';
import { pickImage } from './pick-image';
import { Player } from './player/player';
import { expectShow, prepareShow, savesData } from './player/prepare-show';
import { ReplayPlayer } from './player/replay-player';
import { saveFile } from './save-file';
import { showPage } from './show-page';
import { storage, watchSession } from './storage';

const StripePayment = lazyScreen(async () => (await import('./stripe-payment')).StripePayment);

/** The browser, as the screens see it. The server that served this page is the server to talk to. */
export const webPlatform: Platform = {
  baseUrl: window.location.origin,
  languages: navigator.languages,
  storage,
  sessionStorage: storedSession(storage),
  navigation,
  icons,
  Player,
  savesData: savesData(),
  prepareShow,
  expectShow,
  ReplayPlayer,
  StripePayment,
  loadBroadcaster: async () => (await import('./broadcast/broadcaster')).broadcaster,
  pickImage,
  saveFile,
  showPage,
  copyText: (text) => navigator.clipboard.writeText(text),
  async share(content) {
    if (!navigator.share) return 'unavailable';
    try {
      await navigator.share(content);
      return 'shared';
    } catch (error) {
      return error instanceof DOMException && error.name === 'AbortError' ? 'dismissed' : 'unavailable';
    }
  },
  describeScreen({ language, title }) {
    document.documentElement.lang = language;
    document.title = `${title} · VybeKart`;
  },
  watchApp(listener) {
    // A hidden tab goes on: the chat stays joined and new orders are heard. Coming back only hurries a reconnection.
    const wake = () => {
      if (!document.hidden) listener('foreground');
    };
    document.addEventListener('visibilitychange', wake);
    window.addEventListener('online', wake);
    const stop = watchSession(() => listener('session_changed'));
    return () => {
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('online', wake);
      stop();
    };
  },
  vibrate() {
    navigator.vibrate?.(12);
  },
};
