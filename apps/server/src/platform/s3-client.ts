import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';

/** A bucket and who may use it. */
export interface S3Settings {
  bucket: string;
  region: string;
  /** Of another store that speaks S3; null for Amazon's own. */
  endpoint: string | null;
  /** Null: the SDK looks where it always does (environment, profile, the machine's role). */
  credentials: { accessKeyId: string; secretAccessKey: string } | null;
}

/** `Client`: that of the SDK, which is loaded by those alone who use it. */
export function openS3Client(
  Client: new (config: S3ClientConfig) => S3Client,
  { region, endpoint, credentials }: S3Settings,
): S3Client {
  return new Client({
    region,
    // Stores that are not Amazon's have their buckets in the path and know no newer checksums.
    ...(endpoint
      ? {
          endpoint,
          forcePathStyle: true,
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
        }
      : {}),
    ...(credentials ? { credentials } : {}),
  });
}
