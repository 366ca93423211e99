/** A bucket and who may use it. */
export interface S3Settings {
  bucket: string;
  region: string;
  /** Of another store that speaks S3; null for Amazon's own. */
  endpoint: string | null;
  /** Null: the SDK looks where it always does (environment, profile, the machine's role). */
  credentials: { accessKeyId: string; secretAccessKey: string } | null;
}
