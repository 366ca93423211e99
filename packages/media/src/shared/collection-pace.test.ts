import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('the V8 of this Node knows by what collections are to be paced', () => {
  const url = new URL('collection-pace.ts', import.meta.url);
  const program = `import { paceCollectionsByBuffers } from '${url}'; paceCollectionsByBuffers();`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
