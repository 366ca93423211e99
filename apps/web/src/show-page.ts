import type { SavedFile } from '@vybekart/screens';
import { saveFile } from './save-file';

/** A tab of its own, opened before the page is there: later the browser would take it for a pop-up. */
export async function showPage(load: () => Promise<SavedFile>): Promise<void> {
  const tab = window.open('about:blank', '_blank');
  try {
    const page = await load();
    if (!tab) {
      await saveFile(page);
      return;
    }
    const url = URL.createObjectURL(new Blob([page.text], { type: `${page.type};charset=utf-8` }));
    tab.location.replace(url);
    // The tab has read it by then.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (error) {
    tab?.close();
    throw error;
  }
}
