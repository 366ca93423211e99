import { type Notification, newsInWords } from '@vybekart/contract';
import { useFormat } from './use-format';

/** What an entry of the inbox says, in the reader's language; in the server's English when it knows more than we do. */
export function useNewsWords() {
  const { language } = useFormat();
  return (entry: Pick<Notification, 'kind' | 'title' | 'body' | 'facts'>): { title: string; body: string } =>
    newsInWords(entry, language) ?? entry;
}
