import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Access } from '../platform/endpoint.ts';
import { PublicAddress } from '../platform/public-address.ts';
import { apiPage } from './api-page.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { openApiDocument } from './openapi.ts';

/** The page holds no script and loads nothing. */
const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/** The contract for programs and for people, made when it is first asked for. */
@Controller()
@Access('public')
export class ApiDocumentsController {
  #documents: ReturnType<typeof documents> | undefined;

  constructor(@Inject(PublicAddress) private readonly address: PublicAddress) {}

  @Get('/openapi.json')
  openApi(): object {
    return this.#made.openApi;
  }

  @Get('/asyncapi.json')
  asyncApi(): object {
    return this.#made.asyncApi;
  }

  @Get('/docs')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', pagePolicy)
  page(): string {
    return this.#made.page;
  }

  get #made() {
    this.#documents ??= documents(this.address.url);
    return this.#documents;
  }
}

function documents(url: string) {
  const [openApi, asyncApi] = [openApiDocument(url), asyncApiDocument(url)];
  return { openApi, asyncApi, page: apiPage(openApi, asyncApi) };
}
