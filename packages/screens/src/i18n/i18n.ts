import { createInstance, type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Storage } from '../platform/platform';
import { en } from './en';
import { hi } from './hi';
import { chooseLanguage, languageStorageKey } from './languages';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

// The compiler holds the Hindi words to the shape of the English ones.
const hindi: typeof en = hi;

/** Speaks the language that the person chose before, or the device's. */
export function createI18n(storage: Storage, deviceLanguages: readonly string[]): I18n {
  const i18n = createInstance();
  void i18n.use(initReactI18next).init({
    lng: chooseLanguage(storage.get(languageStorageKey), deviceLanguages),
    fallbackLng: 'en',
    resources: { en: { translation: en }, hi: { translation: hindi } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    initAsync: false,
  });
  i18n.on('languageChanged', (language) => storage.set(languageStorageKey, language));
  return i18n;
}
