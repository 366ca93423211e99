import type { RoomMessage } from '@vybekart/client';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';

interface Reply {
  /** The message that the next one answers; null for none. */
  message: RoomMessage | null;
  answer(message: RoomMessage | null): void;
}

const ReplyContext = createContext<Reply | null>(null);

/** What the list of messages and the line to write in have in common. */
export function ReplyProvider({ children }: { children: ReactNode }) {
  const [message, answer] = useState<RoomMessage | null>(null);
  const reply = useMemo(() => ({ message, answer }), [message]);
  return <ReplyContext.Provider value={reply}>{children}</ReplyContext.Provider>;
}

export function useReply(): Reply {
  const reply = useContext(ReplyContext);
  if (!reply) throw new Error('useReply needs <RoomProvider>');
  return reply;
}
