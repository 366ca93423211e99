import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { type RandomBytes, randomText } from '../random.ts';

/** The JSON file that Google gives for a service account, as far as clients read it. */
export interface ServiceAccount {
  type: 'service_account';
  project_id: string;
  private_key_id: string;
  /** PKCS #8, PEM. */
  private_key: string;
  client_email: string;
  client_id: string;
  auth_uri: string;
  token_uri: string;
  universe_domain: string;
}

/** Makes an account with a new RSA key; the emulator keeps only the public half. */
export async function newServiceAccount(
  projectId: string,
  url: string,
  random: RandomBytes,
): Promise<{ serviceAccount: ServiceAccount; publicKey: KeyObject }> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const serviceAccount: ServiceAccount = {
    type: 'service_account',
    project_id: projectId,
    private_key_id: Buffer.from(random(20)).toString('hex'),
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    client_email: `firebase-adminsdk-${randomText(random, 5).toLowerCase()}@${projectId}.iam.gserviceaccount.com`,
    client_id: `1${[...random(20)].map((byte) => byte % 10).join('')}`,
    auth_uri: `${url}/auth`,
    token_uri: `${url}/token`,
    universe_domain: 'googleapis.com',
  };
  return { serviceAccount, publicKey };
}
