import type { PickedImage } from '@vybekart/screens';

/** The browser's own file dialog; on a phone it offers the camera too. */
export function pickImage(): Promise<PickedImage | null> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = 'image/jpeg,image/png,image/webp';
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      resolve(file ? { file, previewUrl: URL.createObjectURL(file) } : null);
    });
    input.addEventListener('cancel', () => resolve(null));
    input.click();
  });
}
