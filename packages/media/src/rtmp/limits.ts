/** What one RTMP connection may cost before it is cut. Every limit has its own test. */
export interface RtmpLimits {
  /** From accept to a complete handshake. */
  handshakeTimeoutMs: number;
  /** From the handshake to `connect`. */
  connectTimeoutMs: number;
  /** From `connect` to an accepted `publish`, the host's answer included. */
  publishTimeoutMs: number;
  /** A publisher from which nothing at all arrives for so long is cut. */
  idleTimeoutMs: number;
  /** Everything a peer may send before its publish is accepted, handshake included. */
  bytesBeforePublish: number;
  /** The longest message; a key frame of a 6 Mb/s stream is below 1 MB. */
  messageBytes: number;
  /** Chunk streams on which a connection may send at all. */
  chunkStreams: number;
  /** Chunk streams with an unfinished message at the same time. */
  chunkStreamsInFlight: number;
  /** Bytes reserved for all unfinished messages of one connection. */
  assemblyBytes: number;
  /** The largest Set Chunk Size before publish; afterwards the 24 bits of a message length. */
  chunkSizeBeforePublish: number;
  amfDepth: number;
  amfStringBytes: number;
  /** Values and keys in one command, nested ones included. */
  amfValues: number;
  /** Bytes queued to a peer that does not read its answers. */
  unreadAnswerBytes: number;
  /** Media payload averaged over 5 s. */
  bitsPerSecond: number;
  connections: number;
  connectionsPerAddress: number;
  /** New connections an address may open per minute, as a token bucket of that depth. */
  newConnectionsPerAddressPerMinute: number;
}

export const defaultRtmpLimits: RtmpLimits = {
  handshakeTimeoutMs: 5_000,
  connectTimeoutMs: 5_000,
  publishTimeoutMs: 10_000,
  idleTimeoutMs: 10_000,
  bytesBeforePublish: 64 * 1024,
  messageBytes: 4 * 1024 * 1024,
  chunkStreams: 64,
  chunkStreamsInFlight: 8,
  assemblyBytes: 6 * 1024 * 1024,
  chunkSizeBeforePublish: 65_536,
  amfDepth: 16,
  amfStringBytes: 4_096,
  amfValues: 512,
  unreadAnswerBytes: 64 * 1024,
  bitsPerSecond: 12_000_000,
  connections: 1_000,
  connectionsPerAddress: 16,
  newConnectionsPerAddressPerMinute: 120,
};
