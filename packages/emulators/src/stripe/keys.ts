import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RandomBytes, randomText } from '../random.ts';

interface AccountKeys {
  secretKey: string;
  publishableKey: string;
  webhookSecret: string;
}

const FILE = 'stripe-keys.json';

/**
 * The keys that are given, and for the rest those kept in `dir` or, the first time, made at random. Made-up keys begin
 * with `sk_test_fake` and `pk_test_fake`, so that nobody takes them for keys of a real account.
 * Throws when a given key is not one of test mode.
 */
export async function loadKeys(
  dir: string | null,
  random: RandomBytes,
  given: Partial<AccountKeys>,
): Promise<AccountKeys> {
  const keys: AccountKeys = {
    secretKey: given.secretKey ?? `sk_test_fake${randomText(random, 32)}`,
    publishableKey: given.publishableKey ?? `pk_test_fake${randomText(random, 32)}`,
    webhookSecret: given.webhookSecret ?? `whsec_fake${randomText(random, 32)}`,
  };
  if (!keys.secretKey.startsWith('sk_test_')) throw new Error('secretKey must begin with sk_test_');
  if (!keys.publishableKey.startsWith('pk_test_')) throw new Error('publishableKey must begin with pk_test_');
  if (!dir) return keys;

  const kept = await readKept(join(dir, FILE));
  if (kept) return { ...kept, ...definedOf(given) };
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(join(dir, `${FILE}.new`), JSON.stringify(keys), { mode: 0o600, flush: true });
  await rename(join(dir, `${FILE}.new`), join(dir, FILE));
  return keys;
}

async function readKept(path: string): Promise<AccountKeys | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as AccountKeys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const definedOf = ({
  secretKey,
  publishableKey,
  webhookSecret,
}: Partial<AccountKeys>): Partial<AccountKeys> => ({
  ...(secretKey && { secretKey }),
  ...(publishableKey && { publishableKey }),
  ...(webhookSecret && { webhookSecret }),
});
