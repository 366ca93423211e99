import { existsSync } from 'node:fs';
import type { Config } from '../config.ts';
import { type RunningDemo, startDemo } from '../demo/demo.ts';
import { demoPasswordFile } from '../demo/demo-accounts.ts';
import { demoAssetsDir } from '../paths.ts';
import type { Database } from '../platform/database.ts';
import type { PinoLog } from '../platform/log.ts';
import type { HttpListener } from './http-listener.ts';

/** The demo show, in an empty database or in one where it has played before; null where it is not wanted. */
export async function openDemo(
  config: Config,
  parts: { database: Database; listener: HttpListener; rtmpPort: number; log: PinoLog },
  resources: AsyncDisposableStack,
): Promise<RunningDemo | null> {
  if (!config.demo) return null;
  const anybody = await parts.database.db.selectFrom('users').select('id').limit(1).executeTakeFirst();
  if (anybody && !existsSync(demoPasswordFile(config.dataDir))) return null;
  return resources.use(
    await startDemo({
      baseUrl: parts.listener.localUrl,
      rtmpPort: parts.rtmpPort,
      assetsDir: demoAssetsDir,
      dataDir: config.dataDir,
      log: parts.log,
    }),
  );
}
