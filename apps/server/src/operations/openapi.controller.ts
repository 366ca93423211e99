import { Controller, Get, Inject } from '@nestjs/common';
import { Access } from '../platform/endpoint.ts';
import { PublicAddress } from '../platform/public-address.ts';
import { openApiDocument } from './openapi.ts';

@Controller()
@Access('public')
export class OpenApiController {
  #document: object | undefined;

  constructor(@Inject(PublicAddress) private readonly address: PublicAddress) {}

  @Get('/openapi.json')
  document(): object {
    this.#document ??= openApiDocument(this.address.url);
    return this.#document;
  }
}
