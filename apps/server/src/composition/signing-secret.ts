import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { newSecret } from '../platform/ids.ts';

/** The configured secret, or one that is made once and kept in the data directory, readable by its owner only. */
export async function signingSecret(configured: string | null, dataDir: string): Promise<string> {
  if (configured) return configured;
  const file = path.join(dataDir, 'jwt-secret');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept.length >= 32) return kept;
  const secret = newSecret();
  await using handle = await open(file, 'w', 0o600);
  await handle.writeFile(secret);
  await handle.sync();
  return secret;
}
