import type { Message } from './room.ts';

/** What `message_deleted` and `user_messages_deleted` take away. */
export type Deletion = { messageId: string } | { userId: string };

/** What a deletion leaves of a message: null when it is gone itself; one that quotes it keeps no word of it. */
export function afterDeletion(message: Message, deletion: Deletion): Message | null {
  if (isMeant(message, deletion)) return null;
  const { replyTo } = message;
  if (!replyTo || replyTo.excerpt === null || !isMeant(replyTo, deletion)) return message;
  return { ...message, replyTo: { ...replyTo, excerpt: null } };
}

/** The same for a chat; messages that it does not touch stay the same objects. */
export function chatAfterDeletion<E extends { message: Message }>(
  chat: readonly E[],
  deletion: Deletion,
): E[] {
  return chat.flatMap((entry) => {
    const message = afterDeletion(entry.message, deletion);
    if (message === null) return [];
    return message === entry.message ? [entry] : [{ ...entry, message }];
  });
}

function isMeant({ id, user }: { id: string; user: { id: string } }, deletion: Deletion): boolean {
  return 'messageId' in deletion ? deletion.messageId === id : deletion.userId === user.id;
}
