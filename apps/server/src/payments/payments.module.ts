import { Inject, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Clock } from '../platform/clock.ts';
import { Database } from '../platform/database.ts';
import { Events, Jobs } from '../platform/events.ts';
import { Log } from '../platform/log.ts';
import { provide } from '../platform/provide.ts';
import { CashCodes, OneTimeCodeKey } from './cash-codes.ts';
import { CashOnDelivery } from './cash-on-delivery.ts';
import { DisputesStore } from './disputes.store.ts';
import { Disputes } from './disputes.ts';
import { OneTimeCodeSender } from './one-time-code-sender.ts';
import { PaymentMethods } from './payment-methods.ts';
import { PaymentProvider, PaymentProviders } from './payment-provider.ts';
import { PaymentsService } from './payments.service.ts';
import { PaymentsStore } from './payments.store.ts';
import { PaymentsOptions } from './payments-options.ts';
import { Reconciler } from './reconciler.ts';
import { StripeWebhookController } from './stripe-webhook.controller.ts';
import { WebhookInbox } from './webhook-inbox.ts';

@Module({
  controllers: [StripeWebhookController],
  providers: [
    provide(PaymentsStore),
    provide(CashCodes, Database, OneTimeCodeKey, OneTimeCodeSender),
    provide(CashOnDelivery, Database, CashCodes),
    provide(PaymentProviders, PaymentProvider, CashOnDelivery),
    provide(PaymentsService, Database, PaymentsStore, PaymentProviders, Events, Jobs, Log, Registry),
    provide(DisputesStore),
    provide(Disputes, Database, DisputesStore, PaymentsStore, PaymentProvider, Events, Log),
    provide(PaymentMethods, Database, PaymentProviders, Log),
    provide(
      WebhookInbox,
      Database,
      PaymentsService,
      Disputes,
      PaymentsStore,
      Jobs,
      Clock,
      PaymentsOptions,
      Log,
    ),
    provide(
      Reconciler,
      Database,
      PaymentsStore,
      PaymentsService,
      PaymentProviders,
      Disputes,
      Jobs,
      Clock,
      Log,
    ),
  ],
  exports: [
    PaymentsService,
    PaymentsStore,
    PaymentMethods,
    PaymentProviders,
    CashCodes,
    CashOnDelivery,
    DisputesStore,
  ],
})
export class PaymentsModule {
  constructor(
    @Inject(PaymentsService) payments: PaymentsService,
    @Inject(WebhookInbox) inbox: WebhookInbox,
    @Inject(Reconciler) reconciler: Reconciler,
  ) {
    payments.listen();
    inbox.listen();
    reconciler.listen();
  }
}
