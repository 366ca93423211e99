import type { StreamWithIngest } from '@vybekart/contract';
import { RtmpPublisher, readFlvFile } from '@vybekart/media';
import { showClip } from './fixture.ts';

export interface Publishing extends AsyncDisposable {
  publisher: RtmpPublisher;
  /** Settles when the clip has been sent once; never with `loop`. */
  done: Promise<void>;
}

/** Publishes the fixture to a stream as an encoder would, in real time unless `speed` says otherwise. */
export async function publishShow(
  stream: StreamWithIngest,
  options: { loop?: boolean; speed?: number } = {},
): Promise<Publishing> {
  const ingest = new URL(stream.rtmpIngestUrl);
  const publisher = await RtmpPublisher.connect({
    host: ingest.hostname,
    port: Number(ingest.port),
    app: ingest.pathname.slice(1),
    streamKey: stream.streamKey,
  });
  const done = publisher.publishFlv(await readFlvFile(showClip), options);
  return {
    publisher,
    done,
    async [Symbol.asyncDispose]() {
      publisher.close();
      await publisher.closed;
    },
  };
}
