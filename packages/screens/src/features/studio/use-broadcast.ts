import { ApiError } from '@vybekart/client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useApi } from '../../app/client';
import type { Broadcast, Broadcaster, TicketAnswer } from '../../platform/broadcast';
import { usePlatform } from '../../platform/context';

/** The device's camera for one show; null where the device has none that it could send from here. */
export interface ShowBroadcast {
  broadcast: Broadcast;
  Preview: Broadcaster['Preview'];
}

/** Lives as long as the desk does, and ends with the show. */
export function useBroadcast(streamId: string, isOpen: boolean): ShowBroadcast | null {
  const api = useApi();
  const { loadBroadcaster } = usePlatform();
  const [opened, setOpened] = useState<ShowBroadcast | null>(null);
  useEffect(() => {
    if (!isOpen || !loadBroadcaster) return;
    let isGone = false;
    let broadcast: Broadcast | undefined;
    const requestTicket = async (): Promise<TicketAnswer> => {
      try {
        return await api.call('createIngestTicket', { params: { id: streamId } });
      } catch (error) {
        const refused = refusalOf(error);
        if (refused) return { refused };
        throw error;
      }
    };
    void loadBroadcaster().then(({ open, Preview }) => {
      if (isGone) return;
      broadcast = open({ requestTicket });
      setOpened({ broadcast, Preview });
    });
    return () => {
      isGone = true;
      broadcast?.close();
      setOpened(null);
    };
  }, [api, loadBroadcaster, streamId, isOpen]);
  return opened;
}

/** Whether this very device is what viewers see, or about to be. */
export function useIsSendingHere(opened: ShowBroadcast | null): boolean {
  const phase = useSyncExternalStore(
    opened?.broadcast.subscribe ?? subscribeToNothing,
    () => opened?.broadcast.getView().phase ?? 'off',
  );
  return phase !== 'off' && phase !== 'asking' && phase !== 'ready';
}

const subscribeToNothing = () => () => undefined;

/** What no retry can change. */
function refusalOf(error: unknown): Extract<TicketAnswer, { refused: string }>['refused'] | null {
  if (!(error instanceof ApiError)) return null;
  if (error.code === 'no_browser_ingest') return 'not_offered';
  if (error.code === 'stream_ended') return 'ended';
  const { status } = error;
  const isOurFault = status !== null && status >= 400 && status < 500 && status !== 429;
  return isOurFault ? 'refused' : null;
}
