import { Body, Controller, Headers, Inject, Query, Res } from '@nestjs/common';
import {
  CreateStream,
  type IngestTicket,
  Invitation,
  PageQuery,
  ReplayQuery,
  type Stream,
  type StreamHealth,
  type StreamWithIngest,
} from '@vybekart/contract';
import type { FastifyReply } from 'fastify';
import { type Caller, Endpoint, IdParam, MaybeSignedIn, Seller, SignedIn } from '../platform/endpoint.ts';
import { ActiveStreams } from './active-streams.ts';
import { StreamsService } from './streams.service.ts';

type SellerCaller = Caller & { shopId: string };

@Controller()
export class StreamsController {
  constructor(
    @Inject(StreamsService) private readonly streams: StreamsService,
    @Inject(ActiveStreams) private readonly activeStreams: ActiveStreams,
  ) {}

  @Endpoint('createStream')
  create(
    @Seller() seller: SellerCaller,
    @Body({ schema: CreateStream }) body: CreateStream,
  ): Promise<StreamWithIngest> {
    return this.streams.create(seller, body);
  }

  @Endpoint('activeStreams')
  async active(
    @Query({ schema: PageQuery }) query: PageQuery,
    @Headers('if-none-match') knownEtags: string | undefined,
    @Headers('accept-encoding') acceptedEncodings: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.activeStreams.page(query);
    reply.headers({
      etag: page.etag,
      'cache-control': 'public, max-age=1, stale-while-revalidate=5',
      vary: 'origin, accept-encoding',
    });
    if (isKnown(page.etag, knownEtags)) {
      reply.status(304).send();
    } else if (/\bgzip\b/.test(acceptedEncodings ?? '')) {
      reply.type('application/json; charset=utf-8').header('content-encoding', 'gzip').send(page.gzip);
    } else {
      reply.type('application/json; charset=utf-8').send(page.json);
    }
  }

  @Endpoint('upcomingStreams')
  upcoming(@Query({ schema: PageQuery }) query: PageQuery): Promise<{ items: Stream[] }> {
    return this.streams.upcoming(query);
  }

  @Endpoint('replays')
  replays(@Query({ schema: ReplayQuery }) query: ReplayQuery): Promise<{ items: Stream[] }> {
    return this.streams.replays(query);
  }

  @Endpoint('myStreams')
  mine(
    @Seller() seller: SellerCaller,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<{ items: Stream[] }> {
    return this.streams.ofSeller(seller, query);
  }

  @Endpoint('getStream')
  get(@MaybeSignedIn() caller: Caller | null, @IdParam('id') id: string): Promise<Stream> {
    return this.streams.view(id, caller);
  }

  @Endpoint('streamHealth')
  health(@Seller() seller: SellerCaller, @IdParam('id') id: string): Promise<StreamHealth> {
    return this.streams.health(seller, id);
  }

  @Endpoint('getInvitation')
  invitation(@Seller() seller: SellerCaller, @IdParam('id') id: string): Promise<Invitation> {
    return this.streams.invitation(seller, id);
  }

  @Endpoint('acceptInvitation')
  accept(
    @SignedIn() caller: Caller,
    @IdParam('id') id: string,
    @Body({ schema: Invitation }) body: Invitation,
  ): Promise<Stream> {
    return this.streams.accept(caller, id, body);
  }

  @Endpoint('endStream')
  end(@Seller() seller: SellerCaller, @IdParam('id') id: string): Promise<Stream> {
    return this.streams.end(seller, id);
  }

  @Endpoint('rotateStreamKey')
  rotateKey(@Seller() seller: SellerCaller, @IdParam('id') id: string): Promise<StreamWithIngest> {
    return this.streams.rotateKey(seller, id);
  }

  @Endpoint('createIngestTicket')
  ticket(@Seller() seller: SellerCaller, @IdParam('id') id: string): Promise<IngestTicket> {
    return this.streams.ticket(seller, id);
  }
}

/** If-None-Match: a list of entity tags, compared weakly, or `*` (RFC 9110 section 13.1.2). */
function isKnown(etag: string, header: string | undefined): boolean {
  if (header === undefined) return false;
  return header.split(',').some((known) => known.trim() === '*' || known.trim().replace(/^W\//, '') === etag);
}
