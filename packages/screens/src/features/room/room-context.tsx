import type { RoomClient, RoomView } from '@vybekart/client';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { useClient } from '../../app/client';
import { ReplyProvider } from './reply-context';

const RoomContext = createContext<RoomClient | null>(null);

/** Joins the room of a show while it is mounted. Children render once there is a room to observe. */
export function RoomProvider({ streamId, children }: { streamId: string; children: ReactNode }) {
  const client = useClient();
  const [room, setRoom] = useState<RoomClient | null>(null);
  useEffect(() => {
    const joined = client.room(streamId);
    joined.start();
    setRoom(joined);
    return () => {
      joined.close();
      setRoom(null);
    };
  }, [client, streamId]);
  if (!room) return null;
  return (
    <RoomContext.Provider value={room}>
      <ReplyProvider>{children}</ReplyProvider>
    </RoomContext.Provider>
  );
}

export function useRoom(): RoomClient {
  const room = useContext(RoomContext);
  if (!room) throw new Error('useRoom needs <RoomProvider>');
  return room;
}

/** One value of the room; renders again only when that value changes. `select` must not make new objects. */
export function useRoomValue<T>(select: (view: RoomView) => T): T {
  const room = useRoom();
  const read = () => select(room.getSnapshot());
  return useSyncExternalStore(room.subscribe, read, read);
}
