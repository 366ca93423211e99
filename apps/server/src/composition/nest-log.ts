import type { LoggerService } from '@nestjs/common';
import type { PinoLog } from '../platform/log.ts';

/** Nest's own lines in our log; its chatter at start only when debugging. */
export class NestLog implements LoggerService {
  readonly #pino: PinoLog;

  constructor(pino: PinoLog) {
    this.#pino = pino;
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.#pino.debug(factsOf(rest), String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#pino.warn(factsOf(rest), String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const facts = message instanceof Error ? { err: message } : factsOf(rest);
    this.#pino.error(facts, message instanceof Error ? message.message : String(message));
  }
}

function factsOf(rest: unknown[]): object {
  const context = rest.at(-1);
  return typeof context === 'string' ? { context } : {};
}
