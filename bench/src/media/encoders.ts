// Encoders in a process of their own: publishes `streams` copies of one clip in real time until it is ended.
import { RtmpPublisher } from '@vybekart/media';
import { clipOf } from './clip.ts';

const [rtmpPort, streams, bitsPerSecond] = process.argv.slice(2).map(Number) as [number, number, number];
const tags = await clipOf(bitsPerSecond);
for (let index = 0; index < streams; index++) {
  const publisher = await connectOnceListening(`bench${index}`);
  void publisher.publishFlv(tags, { loop: true });
  void publisher.closed.then((reason) => process.connected && process.send?.({ ended: reason }));
}
process.send?.('publishing');
process.on('disconnect', () => process.exit(0));

async function connectOnceListening(streamKey: string): Promise<RtmpPublisher> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    try {
      return await RtmpPublisher.connect({ host: '127.0.0.1', port: rtmpPort, app: 'live', streamKey });
    } catch (error) {
      if (!String(error).includes('ECONNREFUSED') || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
