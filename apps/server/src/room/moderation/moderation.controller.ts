import { Body, Controller, Inject, Query } from '@nestjs/common';
import {
  BlockedWordList,
  type Chatter,
  ChatterQuery,
  type ModerationEntry,
  type Moderator,
  type Mute,
  PageQuery,
  ReviewDecision,
  type ReviewItem,
} from '@vybekart/contract';
import type { z } from 'zod';
import { type Caller, Endpoint, HandleParam, IdParam, Seller, SignedIn } from '../../platform/endpoint.ts';
import { BlockedWordLists } from './blocked-word-list.ts';
import { ModerationService } from './moderation.service.ts';
import { Moderators } from './moderators.ts';
import { Review } from './review.ts';

@Controller()
export class ModerationController {
  constructor(
    @Inject(Moderators) private readonly moderators: Moderators,
    @Inject(BlockedWordLists) private readonly blockedWordLists: BlockedWordLists,
    @Inject(Review) private readonly review: Review,
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

  @Endpoint('getBlockedWords')
  blockedWords(@Seller() caller: Caller, @HandleParam() handle: string): Promise<BlockedWordList> {
    return this.blockedWordLists.get(caller, handle);
  }

  @Endpoint('setBlockedWords')
  setBlockedWords(
    @Seller() caller: Caller,
    @HandleParam() handle: string,
    @Body({ schema: BlockedWordList }) body: BlockedWordList,
  ): Promise<BlockedWordList> {
    return this.blockedWordLists.set(caller, handle, body);
  }

  @Endpoint('reviewQueue')
  reviewQueue(
    @SignedIn() caller: Caller,
    @IdParam('id') streamId: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<{ items: ReviewItem[]; nextCursor: string | null }> {
    return this.review.queue(caller, streamId, query);
  }

  @Endpoint('reviewMessage')
  reviewMessage(
    @SignedIn() caller: Caller,
    @IdParam('id') streamId: string,
    @IdParam('messageId') messageId: string,
    @Body({ schema: ReviewDecision }) body: ReviewDecision,
  ): Promise<{ id: string; seq: number | null }> {
    return this.review.decide(caller, streamId, messageId, body);
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
