import { Body, Controller, Headers, Inject, Query } from '@nestjs/common';
import {
  CreateProduct,
  PageQuery,
  type Product,
  ProductQuery,
  StockAdjustment,
  type StockMovement,
  UpdateProduct,
  type Variant,
} from '@vybekart/contract';
import type { z } from 'zod';
import {
  type Caller,
  Endpoint,
  IdParam,
  MaybeIdempotencyKey,
  MaybeSignedIn,
  Seller,
} from '../platform/endpoint.ts';
import { CatalogService } from './catalog.service.ts';

type SellerCaller = Caller & { shopId: string };

@Controller()
export class CatalogController {
  constructor(@Inject(CatalogService) private readonly catalog: CatalogService) {}

  @Endpoint('createProduct')
  create(
    @Seller() seller: SellerCaller,
    @Body({ schema: CreateProduct }) body: CreateProduct,
  ): Promise<Product> {
    return this.catalog.create(seller, body);
  }

  @Endpoint('listProducts')
  list(
    @MaybeSignedIn() viewer: Caller | null,
    @Query({ schema: ProductQuery }) query: z.output<typeof ProductQuery>,
  ): Promise<{ items: Product[]; nextCursor: string | null }> {
    return this.catalog.list(query, viewer);
  }

  @Endpoint('getProduct')
  get(@MaybeSignedIn() viewer: Caller | null, @IdParam('id') id: string): Promise<Product> {
    return this.catalog.get(id, viewer);
  }

  @Endpoint('updateProduct')
  update(
    @Seller() seller: SellerCaller,
    @IdParam('id') id: string,
    @Body({ schema: UpdateProduct }) body: UpdateProduct,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<Product> {
    return this.catalog.update(seller, id, body, ifMatch);
  }

  @Endpoint('deleteProduct')
  delete(@Seller() seller: SellerCaller, @IdParam('id') id: string): Promise<void> {
    return this.catalog.delete(seller, id);
  }

  @Endpoint('adjustStock')
  adjustStock(
    @Seller() seller: SellerCaller,
    @IdParam('id') id: string,
    @Body({ schema: StockAdjustment }) body: StockAdjustment,
    @MaybeIdempotencyKey() key: string | null,
  ): Promise<Variant> {
    return this.catalog.adjustStock(seller, id, body, key);
  }

  @Endpoint('stockMovements')
  stockMovements(
    @Seller() seller: SellerCaller,
    @IdParam('id') id: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<{ items: StockMovement[]; nextCursor: string | null }> {
    return this.catalog.stockMovements(seller, id, query);
  }
}
