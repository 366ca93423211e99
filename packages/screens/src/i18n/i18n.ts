import type { Language } from '@vybekart/contract';
import { createInstance, type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Storage } from '../platform/platform';
import { en } from './en';
import { chooseLanguage, languageStorageKey } from './languages';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

/** English comes with the app, the others when they are spoken; the compiler holds them to English's keys. */
const loaders: Record<Language, () => Promise<typeof en>> = {
  en: async () => en,
  hi: async () => (await import('./hi')).hi,
};

/** Speaks the language that the person chose before, or the device's. */
export async function createI18n(storage: Storage, deviceLanguages: readonly string[]): Promise<I18n> {
  const i18n = createInstance();
  await i18n.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    react: { useSuspense: false, bindI18nStore: '' },
    initAsync: false,
  });
  await speak(i18n, chooseLanguage(storage.get(languageStorageKey), deviceLanguages));
  i18n.on('languageChanged', (language) => storage.set(languageStorageKey, language));
  return i18n;
}

/** Changes the language; stays with the present one when the words cannot be loaded. */
export async function speak(i18n: I18n, language: Language): Promise<void> {
  try {
    if (!i18n.hasResourceBundle(language, 'translation')) {
      i18n.addResourceBundle(language, 'translation', await loaders[language]());
    }
    await i18n.changeLanguage(language);
  } catch {
    // No network for the words: the present language goes on.
  }
}
