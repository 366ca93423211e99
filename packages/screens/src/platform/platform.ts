import type { NativeFile, SessionStorage } from '@vybekart/client';
import type { Stream } from '@vybekart/contract';
import type { Broadcaster } from './broadcast';
import type { IconSet } from './icons';
import type { Navigation } from './navigation';
import type { Player } from './player';
import type { ReplayPlayer } from './replay-player';
import type { StripePayment } from './stripe';

/** Small texts that outlive the app: the language, the delivery address. */
export interface Storage {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** Where a show is watched, and by what player. */
export type Playback = Stream['playback'];

export type AppEvent = 'background' | 'foreground' | 'session_changed';

/** A picture that the person chose: `previewUrl` shows it at once, `file` is what is sent. */
export interface PickedImage {
  previewUrl: string;
  file: Blob | NativeFile;
}

/** A text that becomes a file on the device, in UTF-8. `type`: its media type. */
export interface SavedFile {
  name: string;
  type: string;
  text: string;
}

/** Everything that the screens need from the device. Each shell builds one and gives it to `VybeKartApp`. */
export interface Platform {
  /** Origin of the server, `https://live.example.in`, without a slash at the end. */
  baseUrl: string;
  /** BCP 47 tags in the order that the person prefers, for the first start. */
  languages: readonly string[];
  storage: Storage;
  /** Where the sign-in is kept; a keystore where there is one. */
  sessionStorage: SessionStorage;
  navigation: Navigation;
  icons: IconSet;
  Player: Player;
  /** The device was told to save data, so the video begins with little of it. */
  savesData: boolean;
  /**
   * Somebody is about to open this show (a finger on its card): whatever the player needs may be fetched. Called often;
   * never throws.
   */
  prepareShow(playback: Playback): void;
  /** Such a show is on the list that is being looked at: the code that it needs may come when nothing else is going on. */
  expectShow(playback: Playback): void;
  ReplayPlayer: ReplayPlayer;
  StripePayment: StripePayment;
  /** Goes live with this device's camera; null where that needs another app. */
  loadBroadcaster: (() => Promise<Broadcaster>) | null;
  /** Rejects when the device refuses the clipboard. */
  copyText(text: string): Promise<void>;
  /** Opens the device's share dialog; `unavailable` when there is none, then the link is copied instead. */
  share(content: { title: string; url: string }): Promise<'shared' | 'dismissed' | 'unavailable'>;
  /** `null` when the person changed their mind. */
  pickImage(): Promise<PickedImage | null>;
  /**
   * Shows a page (HTML) that can be read, kept and printed. `load` is called while the person's tap still counts as
   * the reason to open something; what it throws is thrown on.
   */
  showPage(load: () => Promise<SavedFile>): Promise<void>;
  /** Puts a file where the person finds it again; `dismissed` when they changed their mind. */
  saveFile(file: SavedFile): Promise<'saved' | 'dismissed'>;
  /** The document's language and title, or nothing on native. */
  describeScreen(screen: { language: string; title: string }): void;
  /** Tells when the app leaves or regains the foreground, and when another tab signed in or out. */
  watchApp(listener: (event: AppEvent) => void): () => void;
  /** A short tick under the thumb, where there is one. */
  vibrate(): void;
}
