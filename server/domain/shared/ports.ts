/** Small things that every feature is given instead of reaching for them. */

export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number;
}

export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}
