import wasmWorker from 'amazon-ivs-player/dist/assets/amazon-ivs-wasmworker.min.js?url';
import wasmBinary from 'amazon-ivs-player/dist/assets/amazon-ivs-wasmworker.min.wasm?url';
import { IvsSession, type Sdk } from './ivs-session';
import type { LiveSession, SessionOptions } from './live-session';

/** Loads Amazon's player, a chunk of its own; null where this browser cannot run it. */
export async function openIvsSession(options: SessionOptions): Promise<LiveSession | null> {
  // Its build is UMD: a bundler makes its exports the default one, whatever its types say.
  const { default: sdk } = (await import('amazon-ivs-player')) as unknown as { default: Sdk };
  if (!sdk.isPlayerSupported) return null;
  // Its worker asks for the binary by itself, so the address must be whole.
  const [worker, binary] = [wasmWorker, wasmBinary].map((path) => new URL(path, document.baseURI).href);
  const player = sdk.create({ wasmWorker: String(worker), wasmBinary: String(binary) });
  return new IvsSession(options, sdk, player);
}
