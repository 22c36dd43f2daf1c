/**
 * The one error that client code throws on purpose, and the one place that
 * turns whatever a call failed with into it, so that extension and command
 * line decide by reason and never by prose.
 */
import { ORPCError } from '@orpc/client';
import { type ErrorReason, errorDetails } from '../protocol/errors.ts';

export type ClientReason = ErrorReason | 'offline' | 'cancelled' | 'failed';

type Details = {
  readonly field?: string;
  readonly remedy?: string;
  readonly incident?: string;
  readonly cause?: unknown;
};

export class ClientError extends Error {
  readonly reason: ClientReason;
  readonly field: string | undefined;
  readonly remedy: string | undefined;
  /** The id under which the server logged an unexpected error. */
  readonly incident: string | undefined;

  constructor(reason: ClientReason, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.name = 'ClientError';
    this.reason = reason;
    this.field = details.field;
    this.remedy = details.remedy;
    this.incident = details.incident;
  }

  /** Whether the same call may succeed later without a change by the person. */
  get retryable(): boolean {
    return this.reason === 'offline' || this.reason === 'shutting-down' || this.reason === 'rate-limited';
  }
}

export function offline(message: string, cause?: unknown): ClientError {
  const remedy = 'It is tried again by itself; repeat what you did when the connection is back.';
  return new ClientError('offline', message, { remedy, cause });
}

export function toClientError(error: unknown): ClientError {
  if (error instanceof ClientError) return error;
  if (error instanceof ORPCError) return fromServer(error);
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error ? error.message : String(error);
  if (name === 'AbortError') return new ClientError('cancelled', 'Cancelled.', { cause: error });
  return new ClientError('failed', message, { cause: error });
}

function fromServer(error: ORPCError<string, unknown>): ClientError {
  const details = errorDetails.safeParse(error.data);
  if (details.success) return new ClientError(details.data.reason, error.message, { ...details.data, cause: error });
  const reasons: Readonly<Record<string, ClientReason>> = {
    BAD_REQUEST: 'invalid-input',
    UNAUTHORIZED: 'signed-out',
    FORBIDDEN: 'role-missing',
    NOT_FOUND: 'not-found',
    SERVICE_UNAVAILABLE: 'shutting-down',
  };
  return new ClientError(reasons[error.code] ?? 'failed', error.message, { cause: error });
}
