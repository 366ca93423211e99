import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory of the clone, wherever the command was given. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
