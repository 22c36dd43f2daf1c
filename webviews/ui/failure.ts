/** An error as a person should read it: what happened, why, what can be done. Pure. */
import { ORPCError } from '@orpc/client';
import { errorDetails } from '../../protocol/errors.ts';

export type Failure = { readonly message: string; readonly remedy: string | null; readonly field: string | null };

export function describeFailure(error: unknown): Failure {
  if (error instanceof ORPCError) {
    const details = errorDetails.safeParse(error.data);
    const remedy = details.success ? (details.data.remedy ?? incident(details.data.incident)) : null;
    return { message: error.message, remedy, field: details.success ? (details.data.field ?? null) : null };
  }
  return { message: error instanceof Error ? error.message : String(error), remedy: null, field: null };
}

function incident(id: string | undefined): string | null {
  return id ? `The server's log has the details under ${id}.` : null;
}
