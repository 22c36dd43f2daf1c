/**
 * What an error means to a person: its reason from the closed set, one line
 * of text and what to do. It must never show a stack or a token.
 */
import { type ErrorReason, errorDetails } from '../../protocol/errors.ts';
import { spellOutWithin } from '../../protocol/spellOut.ts';

/** The server's reasons, and those of a client that does not reach it. */
export type FailureReason = ErrorReason | 'offline';

export type Failure = {
  readonly message: string;
  readonly reason: FailureReason | null;
  readonly remedy: string | null;
};

/** Thrown where a person changed their mind: neither logged as an error nor shown. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled');
    this.name = 'Cancelled';
  }
}

export function isCancelled(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'Cancelled' || error.name === 'AbortError' || partsOf(error).reason === 'cancelled';
}

/** By shape and not by class: errors come from the client library, from the wire and from node. */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const parts = partsOf(error);
  if (parts.reason === 'offline') return { message, reason: 'offline', remedy: parts.remedy ?? null };
  const details = errorDetails.safeParse(parts);
  if (!details.success) return { message, reason: null, remedy: null };
  return { message, reason: details.data.reason, remedy: details.data.remedy ?? null };
}

function partsOf(error: unknown): { readonly reason?: unknown; readonly remedy?: string } {
  if (typeof error !== 'object' || error === null) return {};
  const holder = 'reason' in error ? error : 'data' in error ? error.data : null;
  return typeof holder === 'object' && holder !== null ? holder : {};
}

/** In one line, as a notification shows it. */
export function sentenceOf(failure: Failure): string {
  const message = spellOutWithin(failure.message.replace(/[.\s]+$/, ''));
  return failure.remedy ? `${message}. ${failure.remedy}` : message;
}
