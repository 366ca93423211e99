export { type FlvTag, readFlvFile, readFlvTags } from './flv/flv-file.ts';
export { MediaServer } from './media-server.ts';
export type { MediaEvent, MediaEventType, MediaLimits, MediaServerOptions } from './options.ts';
export { type Recording, Recordings, type RecordingsOptions } from './recording/recordings.ts';
export { PublishRefusedError } from './rtmp/client-connection.ts';
export { RtmpPublisher, type RtmpPublisherOptions } from './rtmp/publisher.ts';
export type { TlsIdentity } from './rtmp/rtmp-server.ts';
export type { Clock } from './shared/clock.ts';
export type { StreamHealth } from './stream-health.ts';
