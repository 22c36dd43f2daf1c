/**
 * The one place that writes the server's log: JSON lines on standard error,
 * short readable lines when a person watches. Fields that hold a credential
 * are blanked at any depth; nothing else in the server may write to a console.
 */
import { type DestinationStream, destination, pino, stdTimeFunctions } from 'pino';
import type { Log } from '../domain/shared/ports.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const secretField = /^(?:authorization|cookie|set-cookie|password|secret|token)$|(?:secret|password|token)$/i;
const deepest = 6;

export type LoggerOptions = {
  readonly level: LogLevel;
  /** Where lines go; standard error by default. */
  readonly stream?: DestinationStream;
  /** Short lines for a person instead of JSON. */
  readonly readable?: boolean;
};

export function createLogger({ level, stream, readable = process.stderr.isTTY }: LoggerOptions): Log {
  const out = stream ?? destination({ fd: 2, sync: true });
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redact(fields, 0) as Record<string, unknown>,
      },
    },
    readable ? { write: (line) => out.write(readableLine(line)) } : out,
  );
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
  };
}

function redact(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '…';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, secretField.test(key) ? '[redacted]' : redact(item, depth + 1)]),
  );
}

function describeError(error: Error, depth: number): unknown {
  const cause = error.cause === undefined || depth >= deepest ? undefined : redact(error.cause, depth + 1);
  return { name: error.name, message: error.message, stack: error.stack, cause };
}

function readableLine(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${[String(time).slice(11, 19), level, msg, ...rest].join(' ')}\n`;
}
