import { Controller, Inject, Query } from '@nestjs/common';
import {
  type Chatter,
  ChatterQuery,
  type ModerationEntry,
  type Moderator,
  type Mute,
  PageQuery,
} from '@vybekart/contract';
import type { z } from 'zod';
import { type Caller, Endpoint, HandleParam, IdParam, Seller, SignedIn } from '../../platform/endpoint.ts';
import { ModerationService } from './moderation.service.ts';
import { Moderators } from './moderators.ts';

@Controller()
export class ModerationController {
  constructor(
    @Inject(Moderators) private readonly moderators: Moderators,
    @Inject(ModerationService) private readonly moderation: ModerationService,
  ) {}

  @Endpoint('listModerators')
  async list(@Seller() caller: Caller, @HandleParam() handle: string): Promise<{ items: Moderator[] }> {
    return { items: await this.moderators.list(caller, handle) };
  }

  @Endpoint('appointModerator')
  appoint(
    @Seller() caller: Caller,
    @HandleParam() handle: string,
    @IdParam('userId') userId: string,
  ): Promise<void> {
    return this.moderators.appoint(caller, handle, userId);
  }

  @Endpoint('removeModerator')
  remove(
    @Seller() caller: Caller,
    @HandleParam() handle: string,
    @IdParam('userId') userId: string,
  ): Promise<void> {
    return this.moderators.dismiss(caller, handle, userId);
  }

  @Endpoint('findChatters')
  async chatters(
    @Seller() caller: Caller,
    @HandleParam() handle: string,
    @Query({ schema: ChatterQuery }) query: z.output<typeof ChatterQuery>,
  ): Promise<{ items: Chatter[] }> {
    return { items: await this.moderators.chatters(caller, handle, query.name) };
  }

  @Endpoint('listMutes')
  mutes(
    @SignedIn() caller: Caller,
    @HandleParam() handle: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<{ items: Mute[]; nextCursor: string | null }> {
    return this.moderation.mutesOf(caller, handle, query);
  }

  @Endpoint('moderationLog')
  log(
    @Seller() caller: Caller,
    @HandleParam() handle: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<{ items: ModerationEntry[]; nextCursor: string | null }> {
    return this.moderation.logOf(caller, handle, query);
  }
}
