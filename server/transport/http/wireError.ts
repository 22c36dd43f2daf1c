/**
 * The one function that turns whatever was thrown into what a client may see.
 * Reasons of the domain keep their code, field and remedy; anything unexpected
 * is logged once under an incident id, and the client learns that id alone.
 */
import { randomUUID } from 'node:crypto';
import { ValidationError } from '@orpc/contract';
import { ORPCError } from '@orpc/server';
import {
  codeOf,
  type ErrorCode,
  type ErrorDetails,
  type ErrorReason,
  errorDetails,
  errorReasons,
  errorStatus,
} from '../../../protocol/errors.ts';
import { type DomainError, isDomainError } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';

export type WireError = {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  readonly data: ErrorDetails;
};

/** `where` names the entry or route for the log; it is not shown to the client. */
export function toWireError(error: unknown, log: Log, where: string): WireError {
  if (isDomainError(error)) return fromDomain(error);
  if (error instanceof ORPCError) return fromRpcLibrary(error, log, where);
  const refusal = readBodyRefusal(error);
  if (refusal !== null) return refusal;
  return unexpected(error, log, where);
}

/** A refusal that is decided in transport itself. */
export function refusal(reason: ErrorReason, message: string, details: Omit<ErrorDetails, 'reason'> = {}): WireError {
  const code = codeOf(reason);
  return { code, status: errorStatus[code], message, data: { reason, ...details } };
}

/** The same on the RPC wire. `defined` is what tells a typed client that it may rely on code and data. */
export function toRpcError(wire: WireError): ORPCError<ErrorCode, ErrorDetails> {
  return new ORPCError(wire.code, { defined: true, status: wire.status, message: wire.message, data: wire.data });
}

function fromDomain({ reason, message, field, remedy }: DomainError): WireError {
  return refusal(reason, message, { ...(field && { field }), ...(remedy && { remedy }) });
}

function fromRpcLibrary(error: ORPCError<string, unknown>, log: Log, where: string): WireError {
  const { cause } = error;
  const known = errorDetails.safeParse(error.data);
  if (known.success) return { ...refusal(known.data.reason, error.message), data: known.data };
  if (error.code !== 'BAD_REQUEST') return unexpected(error, log, where);
  if (cause instanceof ValidationError) return fromIssues(cause.issues);
  return refusal('invalid-input', error.message);
}

function fromIssues(issues: ValidationError['issues']): WireError {
  const [first, ...more] = issues;
  const field = (first?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  const told = field === '' ? (first?.message ?? 'Invalid input') : `${field}: ${first?.message}`;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return refusal('invalid-input', `${told}${rest}`, field === '' ? {} : { field });
}

/** What the JSON body parser refuses carries a status and a type instead of a reason. */
function readBodyRefusal(error: unknown): WireError | null {
  if (!(error instanceof Error) || !('status' in error) || !('type' in error)) return null;
  if (error.status === 413) return refusal('too-large', 'The body is larger than this address takes');
  if (error.status === 415)
    return { ...refusal('invalid-input', 'The body has an encoding that is not taken'), status: 415 };
  return refusal('invalid-input', 'The body is not valid JSON');
}

function unexpected(error: unknown, log: Log, where: string): WireError {
  const incident = randomUUID();
  log.error('Unexpected error', { incident, where, error });
  return refusal('unexpected', `Something went wrong on the server (incident ${incident})`, { incident });
}

/** For tests and documents: every reason has exactly one code. */
export const knownReasons: readonly ErrorReason[] = Object.values(errorReasons).flat();
