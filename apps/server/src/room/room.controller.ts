import { Body, Controller, Inject, Query } from '@nestjs/common';
import {
  EventsQuery,
  type MissedEvents,
  type Pin,
  PinByRest,
  type Product,
  RoomQuery,
  type RoomSnapshot,
  SendMessageByRest,
  UnpinByRest,
} from '@vybekart/contract';
import type { z } from 'zod';
import { type Caller, Endpoint, IdParam, MaybeSignedIn, SignedIn } from '../platform/endpoint.ts';
import { Chat } from './chat.ts';
import { Pins } from './pins.ts';
import { RoomViews } from './room-views.ts';

/** The room by REST, for clients whose sockets are blocked. */
@Controller()
export class RoomController {
  constructor(
    @Inject(RoomViews) private readonly views: RoomViews,
    @Inject(Chat) private readonly chat: Chat,
    @Inject(Pins) private readonly pins: Pins,
  ) {}

  @Endpoint('getRoom')
  room(
    @MaybeSignedIn() caller: Caller | null,
    @IdParam('id') streamId: string,
    @Query({ schema: RoomQuery }) query: z.output<typeof RoomQuery>,
  ): Promise<RoomSnapshot> {
    return this.views.snapshot(streamId, visitor(caller, query));
  }

  @Endpoint('getRoomEvents')
  events(
    @MaybeSignedIn() caller: Caller | null,
    @IdParam('id') streamId: string,
    @Query({ schema: EventsQuery }) query: z.output<typeof EventsQuery>,
  ): Promise<MissedEvents> {
    return this.views.eventsAfter(streamId, query.afterSeq, visitor(caller, query));
  }

  @Endpoint('lineup')
  async lineup(
    @MaybeSignedIn() caller: Caller | null,
    @IdParam('id') streamId: string,
  ): Promise<{ items: Product[] }> {
    return { items: await this.views.lineup(streamId, caller) };
  }

  @Endpoint('sendMessage')
  send(
    @SignedIn() caller: Caller,
    @IdParam('id') streamId: string,
    @Body({ schema: SendMessageByRest }) body: z.output<typeof SendMessageByRest>,
  ): Promise<{ id: string; seq: number | null }> {
    return this.chat.send(caller, { streamId, ...body }, body.deviceId ?? null);
  }

  @Endpoint('pinProduct')
  pin(
    @SignedIn() caller: Caller,
    @IdParam('id') streamId: string,
    @Body({ schema: PinByRest }) body: z.output<typeof PinByRest>,
  ): Promise<{ seq: number; pin: Pin }> {
    return this.pins.pin(caller, { streamId, ...body });
  }

  @Endpoint('unpinProduct')
  async unpin(
    @SignedIn() caller: Caller,
    @IdParam('id') streamId: string,
    @Body({ schema: UnpinByRest }) body: z.output<typeof UnpinByRest>,
  ): Promise<{ seq: number | null }> {
    return { seq: await this.pins.unpin(caller, { streamId, ...body }) };
  }
}

function visitor(caller: Caller | null, { deviceId }: z.output<typeof RoomQuery>) {
  return { userId: caller?.userId ?? null, deviceId: deviceId ?? null };
}
