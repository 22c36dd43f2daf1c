/**
 * Errors as MLflow clients expect them: a code, a message, and the status that
 * belongs to the code. Clients retry most 5xx for minutes, so a mistake of
 * theirs must never become one.
 */
import { randomUUID } from 'node:crypto';
import type { ErrorReason } from '../../../protocol/errors.ts';
import { type DomainError, isDomainError } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';

const statuses = {
  BAD_REQUEST: 400,
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  ENDPOINT_NOT_FOUND: 404,
  REQUEST_LIMIT_EXCEEDED: 429,
  INTERNAL_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
  RESOURCE_EXHAUSTED: 507,
} as const;

export type MlflowErrorCode = keyof typeof statuses;

export class MlflowError extends Error {
  readonly code: MlflowErrorCode;

  constructor(code: MlflowErrorCode, message: string) {
    super(message);
    this.name = 'MlflowError';
    this.code = code;
  }
}

const codes: Readonly<Record<ErrorReason, MlflowErrorCode>> = {
  'invalid-input': 'INVALID_PARAMETER_VALUE',
  'invalid-filter': 'INVALID_PARAMETER_VALUE',
  'invalid-page-token': 'INVALID_PARAMETER_VALUE',
  'unsafe-path': 'INVALID_PARAMETER_VALUE',
  'wrong-state': 'INVALID_PARAMETER_VALUE',
  'value-fixed': 'INVALID_PARAMETER_VALUE',
  conflict: 'INVALID_PARAMETER_VALUE',
  'too-large': 'INVALID_PARAMETER_VALUE',
  'already-exists': 'RESOURCE_ALREADY_EXISTS',
  'signed-out': 'UNAUTHENTICATED',
  'token-unknown': 'UNAUTHENTICATED',
  'token-expired': 'UNAUTHENTICATED',
  'role-missing': 'PERMISSION_DENIED',
  'scope-missing': 'PERMISSION_DENIED',
  'origin-refused': 'PERMISSION_DENIED',
  'host-refused': 'PERMISSION_DENIED',
  'not-found': 'RESOURCE_DOES_NOT_EXIST',
  'client-too-old': 'BAD_REQUEST',
  'server-too-old': 'BAD_REQUEST',
  'rate-limited': 'REQUEST_LIMIT_EXCEEDED',
  'too-many-streams': 'REQUEST_LIMIT_EXCEEDED',
  'storage-full': 'RESOURCE_EXHAUSTED',
  'shutting-down': 'TEMPORARILY_UNAVAILABLE',
  'backend-unavailable': 'TEMPORARILY_UNAVAILABLE',
  unexpected: 'INTERNAL_ERROR',
};

export type MlflowFailure = {
  readonly status: number;
  readonly body: { readonly error_code: MlflowErrorCode; readonly message: string };
};

/** What was thrown, as a client may see it. The unexpected is logged once and shown as an incident id. */
export function toMlflowFailure(error: unknown, log: Log, where: string): MlflowFailure {
  if (error instanceof MlflowError) return failure(error.code, error.message);
  if (isDomainError(error)) return failure(codes[error.reason], textOf(error));
  const incident = randomUUID();
  log.error('Unexpected error', { incident, where, error });
  return failure('INTERNAL_ERROR', `Something went wrong on the server (incident ${incident})`);
}

function failure(code: MlflowErrorCode, message: string): MlflowFailure {
  return { status: statuses[code], body: { error_code: code, message } };
}

/** Clients show one text: the remedy goes with it. */
function textOf({ message, remedy }: DomainError): string {
  if (remedy === undefined) return message;
  return /[.!?]$/.test(message) ? `${message} ${remedy}` : `${message}. ${remedy}`;
}

export function isMlflowError(error: unknown, code: MlflowErrorCode): boolean {
  return error instanceof MlflowError && error.code === code;
}
