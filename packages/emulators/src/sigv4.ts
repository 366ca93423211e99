import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

interface SignedRequest {
  method: string;
  /** Path and query as on the wire. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
const shape =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Whether a request is signed with this key pair for this service (AWS Signature Version 4, header form:
 * docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export function isSigned(
  request: SignedRequest,
  { accessKeyId, secretAccessKey, service }: Record<'accessKeyId' | 'secretAccessKey' | 'service', string>,
): boolean {
  const match = shape.exec(request.headers.authorization ?? '');
  if (!match) return false;
  const [, keyId, date = '', region = '', signedService = '', signedHeaders = '', signature = ''] = match;
  const at = String(request.headers['x-amz-date']);
  if (keyId !== accessKeyId || signedService !== service || !at.startsWith(date)) return false;
  const claimed = request.headers['x-amz-content-sha256'];
  const bodyHash = sha256(request.body);
  if (typeof claimed === 'string' && /^[0-9a-f]{64}$/.test(claimed) && claimed !== bodyHash) return false;
  const [path = '/', query = ''] = request.url.split('?', 2);
  const canonical = [
    request.method,
    path,
    canonicalQuery(query),
    ...signedHeaders
      .split(';')
      .map((name) => `${name}:${String(request.headers[name]).trim().replaceAll(/ +/g, ' ')}`),
    '',
    signedHeaders,
    typeof claimed === 'string' ? claimed : bodyHash,
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service), 'aws4_request');
  return timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex'));
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .toSorted()
    .join('&');
}
