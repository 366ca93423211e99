import {
  type ChatMode,
  type DurablePayloads,
  defaultChatMode,
  type Message,
  type RoomEvent,
} from '@vybekart/contract';
import { sql } from 'kysely';
import type { Executor } from '../platform/database.ts';
import { type RoomEntry, type RoomEventRow, toRoomEvent } from './room-entry.ts';

type ChatEvent = DurablePayloads['new_message'];

/** A chat message before it has its place in the room. */
export interface NewMessage {
  message: Message;
  pdt: Date | null;
}

/** `seq` is null while it is held for review. */
export interface PlacedMessage {
  id: string;
  seq: number | null;
}

const eventColumns = ['seq', 'event', 'payload', 'at', 'pdt'] as const;

/** The durable events of rooms. The lock on a room's row makes their order gap-free over all nodes. */
export class RoomLogStore {
  async ensureRoom(executor: Executor, streamId: string): Promise<void> {
    await executor
      .insertInto('rooms')
      .values({ stream_id: streamId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /**
   * Stores messages in the order given, in one statement. A message whose `clientMsgId` its author used before is
   * left out: it has its place already. The room is locked first, so that two nodes with the same messages in another
   * order wait for each other instead of ending in a deadlock.
   */
  async appendMessages(
    executor: Executor,
    streamId: string,
    entries: readonly NewMessage[],
  ): Promise<RoomEvent[]> {
    const answered = entries.flatMap(({ message }) => message.replyTo?.id ?? []);
    // A quote is made before its turn: what was deleted meanwhile is read here again, under the room's lock.
    const stillVisible = sql`
      answered as (
        select messages.id from messages, room
        where messages.id = any(${answered}::uuid[]) and status = 'visible' for share of messages
      ),`;
    const payload = sql`
      case when payload #>> '{message,replyTo,id}' is null
          or (payload #>> '{message,replyTo,id}')::uuid in (select id from answered)
        then payload else jsonb_set(payload, '{message,replyTo,excerpt}', 'null') end`;
    const hasQuotes = answered.length > 0;
    const { rows } = await sql<RoomEventRow>`
      with entry as (
        select * from unnest(
          ${entries.map(({ message }) => message.id)}::uuid[],
          ${entries.map(({ message }) => message.user.id)}::uuid[],
          ${entries.map(({ message }) => message.clientMsgId)}::uuid[],
          ${entries.map(({ message }) => message.text)}::text[],
          ${entries.map(({ message }) => JSON.stringify({ message }))}::jsonb[],
          ${entries.map(({ pdt }) => pdt)}::timestamptz[]
        ) with ordinality as e (id, user_id, client_msg_id, text, payload, pdt, position)
      ),
      room as (
        select stream_id from rooms where stream_id = ${streamId} for update
      ),
      ${hasQuotes ? stillVisible : sql``}
      fresh as (
        insert into messages (id, stream_id, user_id, client_msg_id, text, reply_to)
        select id, stream_id, user_id, client_msg_id, text, (payload #>> '{message,replyTo,id}')::uuid
        from entry, room order by position
        on conflict (stream_id, user_id, client_msg_id) do nothing
        returning id
      ),
      numbered as (
        select entry.*, row_number() over (order by position) as nth, count(*) over () as total
        from entry join fresh using (id)
      ),
      moved as (
        update rooms set last_seq = last_seq + (select count(*) from fresh)
        where stream_id = ${streamId} returning last_seq
      ),
      written as (
        insert into room_events (stream_id, seq, event, payload, pdt, message_id)
        select ${streamId}, last_seq - total + nth, 'new_message', ${hasQuotes ? payload : sql`payload`}, pdt, id from numbered, moved
        returning seq, event, payload, at, pdt
      )
      select * from written order by seq`.execute(executor);
    return rows.map((row) => toRoomEvent(streamId, row));
  }

  /** The newest change of a room's pins after `afterSeq`; undefined when there was none. */
  async pinChangeAfter(
    executor: Executor,
    streamId: string,
    afterSeq: number,
  ): Promise<{ seq: number } | undefined> {
    return executor
      .selectFrom('room_events')
      .select('seq')
      .where('stream_id', '=', streamId)
      .where('seq', '>', afterSeq)
      .where('event', 'in', ['pin_product', 'unpin_product'])
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** Where the message with this `clientMsgId` stands; undefined when it was never written. */
  async placeOf(
    executor: Executor,
    streamId: string,
    userId: string,
    clientMsgId: string,
  ): Promise<PlacedMessage | undefined> {
    return executor
      .selectFrom('messages')
      .leftJoin('room_events', 'room_events.message_id', 'messages.id')
      .select(['messages.id', 'seq'])
      .where('messages.stream_id', '=', streamId)
      .where('user_id', '=', userId)
      .where('client_msg_id', '=', clientMsgId)
      .executeTakeFirst();
  }

  /** What the log says of the chat as a whole. */
  async chatState(
    executor: Executor,
    streamId: string,
  ): Promise<{ mode: ChatMode; pinnedMessage: Message | null }> {
    const rows = await executor
      .selectFrom('room_events')
      .distinctOn('event')
      .select(['event', 'payload'])
      .where('stream_id', '=', streamId)
      .where('event', 'in', ['chat_mode', 'message_pinned'])
      .orderBy('event')
      .orderBy('seq', 'desc')
      .execute();
    const newest = new Map(rows.map((row) => [row.event, row.payload]));
    const pinned = newest.get('message_pinned') as { message: Message | null } | undefined;
    return {
      mode: (newest.get('chat_mode') as ChatMode | undefined) ?? defaultChatMode,
      pinnedMessage: pinned?.message ?? null,
    };
  }

  /** Where messages that were sent before stand, by `userId clientMsgId`. */
  async placesOf(
    executor: Executor,
    streamId: string,
    messages: readonly Message[],
  ): Promise<Map<string, PlacedMessage>> {
    const { rows } = await sql<PlacedMessage & { user_id: string; client_msg_id: string }>`
      select messages.id, seq, user_id, client_msg_id
      from messages left join room_events on message_id = messages.id
      where messages.stream_id = ${streamId} and (user_id, client_msg_id) in (
        select * from unnest(
          ${messages.map((message) => message.user.id)}::uuid[],
          ${messages.map((message) => message.clientMsgId)}::uuid[]))`.execute(executor);
    return new Map(rows.map((row) => [`${row.user_id} ${row.client_msg_id}`, { id: row.id, seq: row.seq }]));
  }

  /** Locks the room until the transaction ends; answers the seq of its next event. */
  async lock(executor: Executor, streamId: string): Promise<number> {
    const room = await executor
      .selectFrom('rooms')
      .select('last_seq')
      .where('stream_id', '=', streamId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    return room.last_seq + 1;
  }

  /** Writes the next event of a locked room. */
  async append(executor: Executor, streamId: string, seq: number, entry: RoomEntry): Promise<RoomEvent> {
    await executor.updateTable('rooms').set({ last_seq: seq }).where('stream_id', '=', streamId).execute();
    const row = await executor
      .insertInto('room_events')
      .values({
        stream_id: streamId,
        seq,
        event: entry.event,
        payload: JSON.stringify(entry.fields),
        pdt: entry.pdt,
        message_id: entry.event === 'new_message' ? entry.fields.message.id : null,
      })
      .returning(eventColumns)
      .executeTakeFirstOrThrow();
    return toRoomEvent(streamId, row);
  }

  async after(executor: Executor, streamId: string, afterSeq: number, limit: number): Promise<RoomEvent[]> {
    const rows = await executor
      .selectFrom('room_events')
      .select(eventColumns)
      .where('stream_id', '=', streamId)
      .where('seq', '>', afterSeq)
      .orderBy('seq')
      .limit(limit)
      .execute();
    return rows.map((row) => toRoomEvent(streamId, row));
  }

  /** The newest events of a room, oldest first. */
  async newest(executor: Executor, streamId: string, limit: number): Promise<RoomEvent[]> {
    const rows = await executor
      .selectFrom('room_events')
      .select(eventColumns)
      .where('stream_id', '=', streamId)
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute();
    return rows.reverse().map((row) => toRoomEvent(streamId, row));
  }

  /** The newest messages that may be seen, oldest first. */
  async newestChat(executor: Executor, streamId: string, limit: number): Promise<ChatEvent[]> {
    const rows = await executor
      .selectFrom('room_events')
      .innerJoin('messages', 'messages.id', 'room_events.message_id')
      .select(['seq', 'event', 'payload', 'at', 'pdt'])
      .where('room_events.stream_id', '=', streamId)
      .where('room_events.event', '=', 'new_message')
      .where('messages.status', '=', 'visible')
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute();
    return rows.reverse().map((row) => {
      const { event: _, ...message } = toRoomEvent(streamId, row);
      return message as ChatEvent;
    });
  }
}
