import { fileURLToPath } from 'node:url';
import { RtmpPublisher, readFlvFile } from '@vybekart/media';

const show = fileURLToPath(new URL('../../../../packages/media/test/fixtures/show.flv', import.meta.url));

export interface Encoder extends Disposable {
  /** Resolves with the reason when the connection is over. */
  closed: Promise<string>;
  /** Breaks off without a goodbye to the viewers. */
  stop(): void;
}

/** Connects an encoder and sends video in a loop, in real time, until it is stopped or cut. */
export async function startEncoder(rtmpPort: number, streamKey: string): Promise<Encoder> {
  const publisher = await RtmpPublisher.connect({
    host: '127.0.0.1',
    port: rtmpPort,
    app: 'live',
    streamKey,
  });
  void publisher.publishFlv(await readFlvFile(show), { loop: true });
  const stop = () => publisher.close();
  return { closed: publisher.closed, stop, [Symbol.dispose]: stop };
}
