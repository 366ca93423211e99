import { invalidParameter, noSuchObject } from './api-error.ts';
import type { StoredPaymentMethod } from './ledger.ts';
import type { PaymentIntent } from './payment-objects.ts';
import { findTestPaymentMethod, newPaymentMethod } from './test-payment-methods.ts';
import type { Transaction } from './transaction.ts';

/** Resolves a test name (which makes a new object) or the id of a method used before, for this intent. */
export function usePaymentMethod(tx: Transaction, intent: PaymentIntent, name: string): StoredPaymentMethod {
  const method = tx.get('payment_method', name) ?? makePaymentMethod(tx, name);
  const { type } = method.object;
  if (!intent.payment_method_types.includes(type)) {
    throw invalidParameter(
      'payment_method',
      `This PaymentIntent takes ${intent.payment_method_types.join(', ')}; the payment method is ${type}.`,
    );
  }
  tx.put('payment_method', method);
  return method;
}

function makePaymentMethod(tx: Transaction, name: string): StoredPaymentMethod {
  const test = findTestPaymentMethod(name);
  if (!test) throw noSuchObject('PaymentMethod', name.slice(0, 80), 'payment_method', 400);
  const id = tx.newId('pm_1', 23);
  return { id, testName: name, object: newPaymentMethod(id, test, tx.nowSeconds) };
}
