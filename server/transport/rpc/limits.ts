/** Bounds of the RPC socket. One home, so that the documentation and the tests quote the same numbers. */

export type RpcLimits = {
  /** Largest message that is read; a larger one closes the socket with 1009. */
  readonly messageBytes: number;
  readonly socketsPerAddress: number;
  readonly callsPerSocket: number;
  readonly streamsPerSocket: number;
  /** Waiting to be sent: past this, whoever produces is held back. */
  readonly pauseAtBytes: number;
  /** Held back beyond that: past this, a socket that makes no progress is closed with 1013. */
  readonly closeAtBytes: number;
  readonly stalledMs: number;
  /** How long a socket that is closed may take to read its close frame. */
  readonly lingerMs: number;
  readonly pingMs: number;
  /** How often the token of an open socket is looked at again. */
  readonly recheckMs: number;
};

export const rpcLimits: RpcLimits = {
  messageBytes: 1024 * 1024,
  socketsPerAddress: 1200,
  callsPerSocket: 128,
  streamsPerSocket: 100,
  pauseAtBytes: 1024 * 1024,
  closeAtBytes: 4 * 1024 * 1024,
  stalledMs: 10_000,
  lingerMs: 5000,
  pingMs: 30_000,
  recheckMs: 10_000,
};
