import { useState } from 'react';
import { usePlatform } from '../../platform/context';
import type { VideoChoice } from '../../platform/player';

const storageKey = 'vybekart.video';
export const videoChoices = ['best', 'saver', 'audio'] as const satisfies readonly VideoChoice[];

/** What the viewer chose last time, in any show; else what the device asks for. */
export function useVideoChoice(): [VideoChoice, (choice: VideoChoice) => void] {
  const { storage, savesData } = usePlatform();
  const [choice, setChoice] = useState<VideoChoice>(() => {
    const kept = storage.get(storageKey);
    return videoChoices.find((known) => known === kept) ?? (savesData ? 'saver' : 'best');
  });
  const choose = (next: VideoChoice) => {
    storage.set(storageKey, next);
    setChoice(next);
  };
  return [choice, choose];
}
