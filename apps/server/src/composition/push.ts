import { readFile } from 'node:fs/promises';
import { FcmEmulator } from '@vybekart/emulators';
import { type Config, ConfigError } from '../config.ts';
import { FcmPush } from '../notifications/fcm-push.ts';
import type { PushProvider } from '../notifications/push-provider.ts';
import type { Clock } from '../platform/clock.ts';

/** One adapter; only the service account and the host differ between Firebase and the emulator. */
export async function openPush(
  config: Config,
  clock: Clock,
  resources: AsyncDisposableStack,
): Promise<{ push: PushProvider; emulator: FcmEmulator | null; report: string }> {
  if (config.push.kind === 'fcm') {
    const { serviceAccount, apiBase } = config.push;
    const push = new FcmPush(
      await readServiceAccount(serviceAccount),
      apiBase ?? 'https://fcm.googleapis.com',
      clock,
    );
    return { push, emulator: null, report: 'Firebase Cloud Messaging' };
  }
  const emulator = await FcmEmulator.start({ host: '127.0.0.1', port: 0 });
  resources.defer(() => emulator.close());
  const push = new FcmPush(emulator.serviceAccount, emulator.url, clock);
  return { push, emulator, report: 'FCM emulator, nothing leaves this machine' };
}

async function readServiceAccount(given: string): Promise<unknown> {
  try {
    const text = given.trimStart().startsWith('{') ? given : await readFile(given, 'utf8');
    return JSON.parse(text);
  } catch {
    throw new ConfigError(
      'FCM_SERVICE_ACCOUNT: the given value is neither the JSON of a service account nor the path of its file.',
    );
  }
}
