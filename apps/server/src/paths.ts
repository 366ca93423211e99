import { fileURLToPath } from 'node:url';

// This file and the bundle (dist/main.js) both lie one level below apps/server.
const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export const migrationsDir = here('../migrations');
export const webDir = here('../../web/dist');
export const demoAssetsDir = here('../../../assets/demo');
