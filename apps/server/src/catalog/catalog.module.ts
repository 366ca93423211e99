import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { UploadsService } from '../accounts/uploads.service.ts';
import { Database } from '../platform/database.ts';
import { Events } from '../platform/events.ts';
import { provide } from '../platform/provide.ts';
import { CatalogController } from './catalog.controller.ts';
import { CatalogService } from './catalog.service.ts';
import { CatalogStore } from './catalog.store.ts';
import { StockStore } from './stock.store.ts';
import { StockLedgerStore } from './stock-ledger.store.ts';

@Module({
  imports: [AccountsModule],
  controllers: [CatalogController],
  providers: [
    provide(CatalogStore),
    provide(StockStore),
    provide(StockLedgerStore),
    provide(CatalogService, Database, CatalogStore, StockStore, StockLedgerStore, UploadsService, Events),
  ],
  exports: [CatalogService, StockStore],
})
export class CatalogModule {}
