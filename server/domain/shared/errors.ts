/** The one error that domain operations throw on purpose. Transport maps its reason to a wire code. */
import type { ErrorReason } from '../../../protocol/errors.ts';

export type DomainErrorDetails = {
  readonly field?: string;
  readonly remedy?: string;
  readonly cause?: unknown;
};

export class DomainError extends Error {
  readonly reason: ErrorReason;
  readonly field: string | undefined;
  readonly remedy: string | undefined;

  constructor(reason: ErrorReason, message: string, details: DomainErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'DomainError';
    this.reason = reason;
    this.field = details.field;
    this.remedy = details.remedy;
  }
}

export function isDomainError(error: unknown): error is DomainError {
  return error instanceof DomainError;
}

/** One line of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
