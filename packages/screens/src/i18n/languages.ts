import { Language } from '@vybekart/contract';

const storageKey = 'vybekart.language';

export function isLanguage(value: unknown): value is Language {
  return Language.safeParse(value).success;
}

/** The stored choice, else the first language of the device that we speak, else English. */
export function chooseLanguage(stored: string | null, deviceLanguages: readonly string[]): Language {
  if (isLanguage(stored)) return stored;
  for (const tag of deviceLanguages) {
    const language = tag.toLowerCase().split('-')[0];
    if (isLanguage(language)) return language;
  }
  return 'en';
}

export { storageKey as languageStorageKey };
