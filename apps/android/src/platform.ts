import { lazyScreen, type Platform } from '@vybekart/screens';
import { setStringAsync } from 'expo-clipboard';
import { AndroidHaptics, performAndroidHapticsAsync } from 'expo-haptics';
import { getLocales } from 'expo-localization';
import { Share } from 'react-native';
import { icons } from './icons';
import { navigation } from './navigation';
import { pickImage } from './pick-image';
import { Player } from './player/player';
import { ReplayPlayer } from './player/replay-player';
import { saveFile } from './save-file';
import { serverUrl } from './server-url';
import { sessionStorage, storage } from './storage';
import { watchApp } from './watch-app';

const StripePayment = lazyScreen(async () => (await import('./stripe-payment')).StripePayment);

/** An Android device, as the screens see it. */
export const androidPlatform: Platform = {
  baseUrl: serverUrl,
  languages: getLocales().map((locale) => locale.languageTag),
  storage,
  sessionStorage,
  navigation,
  icons,
  Player,
  // Android tells apps by its connectivity manager alone, which no module of ours reads.
  savesData: false,
  // Media3 is in the app already, and it fetches a show faster than a page could be handed over.
  prepareShow() {},
  expectShow() {},
  ReplayPlayer,
  StripePayment,
  loadBroadcaster: null,
  pickImage,
  saveFile,
  // No browser may read a page that is not on the network: it is kept as a file, which every viewer opens.
  async showPage(load) {
    await saveFile(await load());
  },
  watchApp,
  async copyText(text) {
    await setStringAsync(text);
  },
  async share({ title, url }) {
    try {
      await Share.share({ title, message: `${title}\n${url}` });
      return 'shared';
    } catch {
      return 'unavailable';
    }
  },
  // TalkBack reads a screen's own heading; there is no document to name.
  describeScreen() {},
  vibrate() {
    void performAndroidHapticsAsync(AndroidHaptics.Virtual_Key).catch(() => undefined);
  },
};
