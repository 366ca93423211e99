import path from 'node:path';
import type { Config } from '../config.ts';
import { DirectoryFiles, type Files } from '../platform/files.ts';
import { S3Files } from '../platform/s3-files.ts';

/** Where pictures are kept: in S3 when there is a bucket, else on this machine. */
export async function openFiles(config: Config, resources: AsyncDisposableStack): Promise<Files> {
  const directory = new DirectoryFiles(path.join(config.dataDir, 'uploads'));
  if (!config.s3) return directory;
  const files = await S3Files.open(config.s3, directory);
  resources.defer(() => files.close());
  return files;
}
