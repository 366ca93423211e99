import { hash, verify } from '@node-rs/argon2';
import { AppError } from '../platform/app-error.ts';
import { commonPasswords } from './common-passwords.ts';

/** argon2id (the library's default), 19 MiB, two passes: the OWASP Password Storage Cheat Sheet's parameters. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const maxConcurrent = 2;
const maxWaiting = 50;

/** Hashes and checks passwords, two at a time, so that a flood of logins cannot starve everything else. */
export class Passwords {
  #active = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #decoy = hash('the password of nobody', parameters);

  /** The hash in PHC format. Throws `validation_failed` for one of the most common passwords. */
  async hash(password: string): Promise<string> {
    if (commonPasswords.has(password.toLowerCase())) {
      throw new AppError('validation_failed', {
        fields: [{ path: 'password', code: 'common', detail: 'is one of the most used passwords' }],
      });
    }
    return this.#inTurn(() => hash(password, parameters));
  }

  /** `stored: null` (unknown user) takes the same time and answers false, so that accounts cannot be guessed. */
  async verify(password: string, stored: string | null): Promise<boolean> {
    const against = stored ?? (await this.#decoy);
    const matches = await this.#inTurn(() => verify(against, password));
    return matches && stored !== null;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#active >= maxConcurrent) {
      if (this.#waiting.length >= maxWaiting) throw new AppError('unavailable', { retryAfterMs: 3000 });
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#active += 1;
    try {
      return await work();
    } finally {
      this.#active -= 1;
      this.#waiting.shift()?.();
    }
  }
}
