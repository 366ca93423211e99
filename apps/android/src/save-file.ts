import type { SavedFile } from '@vybekart/screens';
import { Directory } from 'expo-file-system';

/** Android's folder picker: it needs no permission, and only the chosen folder is written to. */
export async function saveFile({ name, type, text }: SavedFile): Promise<'saved' | 'dismissed'> {
  let folder: Directory;
  try {
    folder = await Directory.pickDirectoryAsync();
  } catch {
    return 'dismissed';
  }
  folder.createFile(name, type).write(text);
  return 'saved';
}
