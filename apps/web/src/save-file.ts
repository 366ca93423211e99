import type { SavedFile } from '@vybekart/screens';

/** The browser's own download. */
export async function saveFile({ name, type, text }: SavedFile): Promise<'saved'> {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the content by then; until it has, the address must stay.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return 'saved';
}
