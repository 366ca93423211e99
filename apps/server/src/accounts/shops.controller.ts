import { Body, Controller, Inject } from '@nestjs/common';
import { CreateShop, type ShopView, UpdateShop } from '@vybekart/contract';
import { type Caller, Endpoint, HandleParam, MaybeSignedIn, Seller, SignedIn } from '../platform/endpoint.ts';
import { Profiles } from './profiles.ts';
import { ShopsService } from './shops.service.ts';

@Controller()
export class ShopsController {
  constructor(
    @Inject(ShopsService) private readonly shops: ShopsService,
    @Inject(Profiles) private readonly profiles: Profiles,
  ) {}

  @Endpoint('createShop')
  create(@SignedIn() caller: Caller, @Body({ schema: CreateShop }) body: CreateShop): Promise<ShopView> {
    return this.shops.open(caller, body);
  }

  @Endpoint('getShop')
  get(@MaybeSignedIn() caller: Caller | null, @HandleParam() handle: string): Promise<ShopView> {
    return this.profiles.shop(handle, caller?.userId ?? null);
  }

  @Endpoint('updateShop')
  update(
    @Seller() caller: Caller & { shopId: string },
    @HandleParam() handle: string,
    @Body({ schema: UpdateShop }) body: UpdateShop,
  ): Promise<ShopView> {
    return this.shops.update(caller, handle, body);
  }

  @Endpoint('follow')
  follow(@SignedIn() caller: Caller, @HandleParam() handle: string): Promise<void> {
    return this.shops.follow(caller, handle);
  }

  @Endpoint('unfollow')
  unfollow(@SignedIn() caller: Caller, @HandleParam() handle: string): Promise<void> {
    return this.shops.unfollow(caller, handle);
  }
}
