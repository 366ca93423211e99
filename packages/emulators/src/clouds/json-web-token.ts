import { createPublicKey, verify } from 'node:crypto';

const hashOf = { ES384: 'sha384', RS256: 'sha256' } as const;

/** The claims of a token that this public key (PEM) signs and that is not over; null for any other. */
export function readToken(
  token: string,
  algorithm: keyof typeof hashOf,
  publicKey: string,
): { header: Record<string, unknown>; claims: Record<string, unknown> } | null {
  const [head = '', body = '', signature = ''] = token.split('.');
  try {
    const header = JSON.parse(Buffer.from(head, 'base64url').toString());
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    const key = { key: createPublicKey(publicKey), dsaEncoding: 'ieee-p1363' as const };
    const isGenuine = verify(
      hashOf[algorithm],
      Buffer.from(`${head}.${body}`),
      key,
      Buffer.from(signature, 'base64url'),
    );
    if (!isGenuine || header.alg !== algorithm || !(Number(claims.exp) > Date.now() / 1000)) return null;
    return { header, claims };
  } catch {
    return null;
  }
}
