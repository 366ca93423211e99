import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 count what Buffers hold as a part of the heap whose growth starts a full collection. By default it starts one
 * after some 8 MB of new Buffers, however many are alive: at twenty streams each second, through the whole heap of the
 * process, to find a few parts that left their windows. Holds for all threads of the process, and for good.
 */
export function paceCollectionsByBuffers(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
}
