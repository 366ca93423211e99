// node scripts/build/main.mjs <name>=<digest of its inputs>...
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../bootstrap/root.mjs';
import { builds, stampFile } from '../bootstrap/stale-builds.mjs';
import { buildServer } from './server.mjs';
import { buildWeb } from './web.mjs';

const builders = { server: buildServer, web: buildWeb };

/** The stamp comes last, so that a build which was cut off is made again. */
async function build(name, digest) {
  const startedAt = Date.now();
  const output = path.join(root, builds[name].output);
  const stamp = path.join(output, stampFile);
  await rm(stamp, { force: true });
  await builders[name](output).catch((error) => {
    throw new Error(`[build] ${name} failed: ${error.message}`);
  });
  await writeFile(stamp, digest);
  console.log(`[build] ${name} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}

const wanted = process.argv.slice(2).map((argument) => argument.split('='));
for (const result of await Promise.allSettled(wanted.map(([name, digest]) => build(name, digest)))) {
  if (result.status === 'fulfilled') continue;
  console.error(result.reason.message);
  process.exitCode = 1;
}
