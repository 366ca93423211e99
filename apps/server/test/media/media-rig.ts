import type { Ingest, MediaEvent, MediaProvider, MediaResource } from '../../src/media/media-provider.ts';
import { Database } from '../../src/platform/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { createTestDatabase } from '../support/database.ts';

/** An encoder that sends video. */
export interface RigEncoder {
  isConnected(): Promise<boolean>;
  /** Its network is lost. */
  drop(): Promise<void>;
}

/** A media provider with everything around it that the contract needs to see it work. */
export interface MediaRig extends AsyncDisposable {
  media: MediaProvider;
  events: MediaEvent[];
  /** False where the provider cannot reach the machine that runs the tests. */
  hearsEvents: boolean;
  database: Database;
  /** Rejects when the provider refuses the key. */
  publish(ingest: Ingest): Promise<RigEncoder>;
  /** A new key for a resource, as the platform asks for one. */
  issueKey(resource: MediaResource): Promise<{ ingest: Ingest; resource: MediaResource }>;
  /** Ends a show for good, as the platform does. */
  stop(resource: MediaResource): Promise<void>;
  /** How long what takes an instant may take. */
  patienceMs: number;
}

export const quiet = { error() {}, warn() {}, info() {}, debug() {} };

/** A database of the rig's own, closed and dropped with `resources`. */
export async function openRigDatabase(resources: AsyncDisposableStack): Promise<Database> {
  const testDatabase = resources.use(await createTestDatabase());
  return resources.use(new Database(testDatabase.url, quiet));
}

/** A seller's shop; answers its id. */
export async function openShop({ db }: Database): Promise<string> {
  const [owner_id, id] = [newId(), newId()];
  const user = { id: owner_id, email: `${owner_id}@example.test`, display_name: 'Sahil', password_hash: '' };
  await db.insertInto('users').values(user).execute();
  await db
    .insertInto('shops')
    .values({ id, owner_id, handle: `shop-${id}`, name: 'Shop' })
    .execute();
  return id;
}
