import type { FactoryProvider, Type } from '@nestjs/common';

type Token<T> = abstract new (...args: never[]) => T;

/**
 * Binds a plain class in a Nest module, its dependencies named in the order of its constructor:
 * `provide(OrdersService, PaymentProvider, Clock)`. A missing or a swapped one is a compile error.
 */
export function provide<Dependencies extends unknown[], T extends object>(
  Class: new (...dependencies: Dependencies) => T,
  ...dependencies: { [K in keyof Dependencies]: Token<Dependencies[K]> }
): FactoryProvider<T> {
  return {
    provide: Class,
    inject: dependencies as unknown as Type[],
    useFactory: (...instances: unknown[]) => new Class(...(instances as Dependencies)),
  };
}
