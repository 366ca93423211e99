import { StripeEmulator } from '../../src/index.ts';

/** Runs an emulator on the directory given as the first argument, until the process is killed. */
const [dir = null, webhookUrl = null] = process.argv.slice(2);
const emulator = await StripeEmulator.start({ dir, webhookUrl, webhookSpeedFactor: 3000 });
const { port, secretKey, publishableKey, url } = emulator;
process.send?.({ port, secretKey, publishableKey, url });
