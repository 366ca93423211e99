import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { AccessTokens } from '../accounts/access-tokens.ts';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { CatalogModule } from '../catalog/catalog.module.ts';
import { StockStore } from '../catalog/stock.store.ts';
import { CashCodes } from '../payments/cash-codes.ts';
import { CashOnDelivery } from '../payments/cash-on-delivery.ts';
import { DisputesStore } from '../payments/disputes.store.ts';
import { PaymentMethods } from '../payments/payment-methods.ts';
import { PaymentProviders } from '../payments/payment-provider.ts';
import { PaymentsModule } from '../payments/payments.module.ts';
import { PaymentsService } from '../payments/payments.service.ts';
import { PaymentsStore } from '../payments/payments.store.ts';
import { PaymentsOptions } from '../payments/payments-options.ts';
import { Clock } from '../platform/clock.ts';
import { Database } from '../platform/database.ts';
import { Events, Jobs } from '../platform/events.ts';
import { Log } from '../platform/log.ts';
import { OriginPolicy } from '../platform/origin-policy.ts';
import { provide } from '../platform/provide.ts';
import { RateLimits } from '../platform/rate-limits.ts';
import { UserSockets } from '../platform/user-sockets.ts';
import { AfterSaleNews } from './after-sale-news.ts';
import { CashConfirmationController } from './cash-confirmation.controller.ts';
import { CashConfirmation } from './cash-confirmation.service.ts';
import { Checkout } from './checkout.ts';
import { DashboardStore } from './dashboard.store.ts';
import { ExpressLane } from './express-lane.ts';
import { HoldNotices } from './hold-notices.ts';
import { IdempotencyStore } from './idempotency.store.ts';
import { IdempotentRequests } from './idempotent-requests.ts';
import { LiveAudience } from './live-audience.ts';
import { OpenPaymentsController } from './open-payments.controller.ts';
import { OpenPayments } from './open-payments.service.ts';
import { OrderClosing } from './order-closing.ts';
import { OrderDisputes } from './order-disputes.ts';
import { OrderNews } from './order-news.ts';
import { OrderOptions } from './order-options.ts';
import { OrderPlacement } from './order-placement.ts';
import { OrderRefusals } from './order-refusals.ts';
import { OrdersController } from './orders.controller.ts';
import { OrdersService } from './orders.service.ts';
import { OrdersStore } from './orders.store.ts';
import { ParcelsController } from './parcels.controller.ts';
import { Parcels } from './parcels.service.ts';
import { PlacementStore } from './placement.store.ts';
import { ReceiptsController } from './receipts.controller.ts';
import { ReceiptsService } from './receipts.service.ts';
import { RefundRequestsController } from './refund-requests.controller.ts';
import { RefundRequestsService } from './refund-requests.service.ts';
import { RefundRequestsStore } from './refund-requests.store.ts';
import { SalesController } from './sales.controller.ts';
import { SalesService } from './sales.service.ts';
import { SalesExportStore } from './sales-export.store.ts';
import { SalesExport } from './sales-export.ts';
import { Settlement } from './settlement.ts';
import { StockAudit } from './stock-audit.ts';

@Module({
  imports: [AccountsModule, CatalogModule, PaymentsModule],
  controllers: [
    OrdersController,
    CashConfirmationController,
    OpenPaymentsController,
    ReceiptsController,
    RefundRequestsController,
    SalesController,
    ParcelsController,
  ],
  providers: [
    provide(OrdersStore),
    provide(PlacementStore, Database),
    provide(IdempotencyStore),
    provide(DashboardStore),
    provide(IdempotentRequests, Database, IdempotencyStore, Clock, OrderOptions),
    provide(HoldNotices, Database, Events, Log),
    provide(OrderPlacement, PlacementStore, OrderOptions, Clock, HoldNotices),
    provide(OrderRefusals, Database, OrderOptions),
    provide(
      Checkout,
      Database,
      OrdersStore,
      OrderPlacement,
      OrderRefusals,
      IdempotentRequests,
      Settlement,
      Log,
      PaymentProviders,
      PaymentsOptions,
    ),
    provide(ExpressLane, AccessTokens, Checkout, OriginPolicy, Log),
    provide(Settlement, Database, OrdersStore, StockStore, PaymentsService, PaymentsStore, Events),
    provide(OrderClosing, Database, OrdersStore, PaymentsService, Settlement, Log),
    provide(OrdersService, Database, OrdersStore, OrderClosing, IdempotentRequests),
    provide(
      SalesService,
      Database,
      OrdersStore,
      StockStore,
      PaymentsService,
      PaymentsStore,
      Settlement,
      IdempotentRequests,
      DashboardStore,
      LiveAudience,
      RefundRequestsStore,
      Events,
    ),
    provide(RefundRequestsStore),
    provide(
      RefundRequestsService,
      Database,
      OrdersStore,
      RefundRequestsStore,
      OrdersService,
      SalesService,
      IdempotentRequests,
      Events,
    ),
    provide(OrderDisputes, Database, OrdersStore, DisputesStore, Settlement, Events),
    provide(AfterSaleNews, OrdersService, UserSockets),
    provide(ReceiptsService, Database, OrdersStore, PaymentMethods),
    provide(SalesExportStore),
    provide(SalesExport, Database, SalesExportStore, RateLimits),
    provide(OpenPayments, Database, OrdersService, PaymentsStore, PaymentProviders, PaymentsOptions),
    provide(
      CashConfirmation,
      Database,
      OrdersStore,
      OrdersService,
      CashCodes,
      CashOnDelivery,
      PaymentsStore,
      OrderClosing,
      Events,
      OrderOptions,
    ),
    provide(
      Parcels,
      Database,
      OrdersStore,
      StockStore,
      CashOnDelivery,
      PaymentsStore,
      Settlement,
      OrderClosing,
      IdempotentRequests,
      Events,
    ),
    provide(OrderNews, OrdersService, UserSockets),
    provide(StockAudit, Database, Log, Registry),
  ],
  exports: [OrdersService, StockAudit],
})
export class OrdersModule implements OnApplicationShutdown {
  constructor(
    @Inject(HoldNotices) private readonly holdNotices: HoldNotices,
    @Inject(Jobs) jobs: Jobs,
    @Inject(Settlement) settlement: Settlement,
    @Inject(OrderClosing) closing: OrderClosing,
    @Inject(IdempotentRequests) requests: IdempotentRequests,
    @Inject(StockAudit) audit: StockAudit,
    @Inject(OrderNews) news: OrderNews,
    @Inject(OrderDisputes) disputes: OrderDisputes,
    @Inject(AfterSaleNews) afterSale: AfterSaleNews,
    @Inject(Events) events: Events,
  ) {
    settlement.listen();
    closing.listen(jobs);
    requests.listen(jobs);
    audit.listen(jobs);
    news.listen(events);
    disputes.listen();
    afterSale.listen(events);
  }
  onApplicationShutdown(): Promise<void> {
    return this.holdNotices.close();
  }
}
