import type { PickedImage } from '@vybekart/screens';
import { File } from 'expo-file-system';
import { launchImageLibraryAsync } from 'expo-image-picker';

/** Android's photo picker: it needs no permission, and only the chosen picture is seen. */
export async function pickImage(): Promise<PickedImage | null> {
  // A quality below 1 has the picture written anew, as a JPEG of a size that the server takes.
  const { assets } = await launchImageLibraryAsync({ mediaTypes: ['images'], quality: 0.8 });
  const picture = assets?.[0];
  if (!picture) return null;
  // Expo's fetch sends a `File`; React Native's `{ uri, name, type }` it refuses.
  return { file: new File(picture.uri), previewUrl: picture.uri };
}
