import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ApiError, type Client, createClient } from '@vybekart/client';
import type { Register } from '@vybekart/contract';
import { newSecret } from '../platform/ids.ts';

export const demoPasswordFile = (dataDir: string) => path.join(dataDir, 'demo-password');

/** One random password for all demo accounts of a data directory, kept there so that a restart prints the same one. */
export async function demoPassword(dataDir: string): Promise<string> {
  const file = demoPasswordFile(dataDir);
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept) return kept;
  const password = newSecret().slice(0, 16);
  await using handle = await open(file, 'w', 0o600);
  await handle.writeFile(password);
  await handle.sync();
  return password;
}

/** A client signed in as this person, who is registered on first use. */
export async function signInAs(baseUrl: string, person: Register): Promise<Client> {
  const client = createClient({ baseUrl });
  const { email, password } = person;
  try {
    await client.session.login({ email, password });
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'invalid_credentials')) throw error;
    await client.session.register(person);
  }
  return client;
}
