/** The chain of the event log: each event's hash covers the one before, so that a changed or missing one shows. */
import { createHash } from 'node:crypto';

/** What of an event is covered, as it lies in the table. */
export type HashedEvent = {
  readonly clock: number;
  readonly at: number;
  readonly type: string;
  readonly actor: string | null;
  readonly subject: string;
  readonly detail: string;
};

/** Before the first event. */
export const chainStart = '0'.repeat(64);

export function eventHash(previous: string, event: HashedEvent): string {
  const canonical = JSON.stringify([event.clock, event.at, event.type, event.actor, event.subject, event.detail]);
  return createHash('sha256').update(previous).update(canonical).digest('hex');
}
