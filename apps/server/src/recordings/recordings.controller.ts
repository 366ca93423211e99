import { Controller, Inject } from '@nestjs/common';
import type { Replay } from '@vybekart/contract';
import { type Caller, Endpoint, IdParam, MaybeSignedIn, Seller } from '../platform/endpoint.ts';
import { RecordingsService } from './recordings.service.ts';

@Controller()
export class RecordingsController {
  constructor(@Inject(RecordingsService) private readonly recordings: RecordingsService) {}

  @Endpoint('getReplay')
  replay(@MaybeSignedIn() caller: Caller | null, @IdParam('id') streamId: string): Promise<Replay> {
    return this.recordings.replay(streamId, caller);
  }

  @Endpoint('deleteReplay')
  remove(@Seller() seller: Caller & { shopId: string }, @IdParam('id') streamId: string): Promise<void> {
    return this.recordings.remove(seller, streamId);
  }
}
