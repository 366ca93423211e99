// Encoders in a process of their own: publishes `streams` copies of one clip in real time until it is ended.
import { RtmpPublisher } from '@vybekart/media';
import { clipOf } from './clip.ts';

const [rtmpPort, streams, bitsPerSecond] = process.argv.slice(2).map(Number) as [number, number, number];
const tags = await clipOf(bitsPerSecond);
const publishers: RtmpPublisher[] = [];
for (let index = 0; index < streams; index++) {
  const publisher = await RtmpPublisher.connect({
    host: '127.0.0.1',
    port: rtmpPort,
    app: 'live',
    streamKey: `bench${index}`,
  });
  publishers.push(publisher);
  void publisher.publishFlv(tags, { loop: true });
  void publisher.closed.then((reason) => process.connected && process.send?.({ ended: reason }));
}
process.send?.('publishing');
process.on('disconnect', () => process.exit(0));
