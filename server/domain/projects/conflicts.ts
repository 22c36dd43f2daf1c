/**
 * Two people changing the same thing at the same moment: the second is told
 * who changed what, and nothing of theirs is written over it. Versions are
 * positions in the event log, so the event that is in the way can be shown.
 */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import { DomainError } from '../shared/errors.ts';
import type { Stores } from '../shared/store.ts';
import type { FieldVersions, ProjectField, StoredProject } from './ports.ts';

/** The version of a project as a whole. */
export function versionOf({ versions }: { readonly versions: FieldVersions }): number {
  return Math.max(0, ...Object.values(versions));
}

export function stamped(versions: FieldVersions, fields: readonly ProjectField[], clock: number): FieldVersions {
  return { ...versions, ...Object.fromEntries(fields.map((field) => [field, clock])) };
}

type Intent = { readonly expected: number | undefined; readonly fields: readonly ProjectField[] };

/** Only the fields that are to change count: another one may have changed meanwhile. */
export async function refuseConflict(stores: Stores, project: StoredProject, intent: Intent): Promise<void> {
  for (const field of intent.fields) {
    await refuseStale(stores, { expected: intent.expected, actual: project.versions[field] ?? 0, field });
  }
}

type Versions = { readonly expected: number | undefined; readonly actual: number; readonly field: string };

/** Throws `conflict` when there is a newer version than the one that the caller saw. */
export async function refuseStale(stores: Stores, { expected, actual, field }: Versions): Promise<void> {
  if (expected === undefined || actual <= expected) return;
  const [event] = await stores.events.after(actual - 1, 1);
  throw new DomainError('conflict', `${describe(event?.clock === actual ? event : undefined)} since you looked.`, {
    field,
    remedy: 'Look at it as it is now, and change it again if you still want to.',
  });
}

function describe(event: FlywheelEvent | undefined): string {
  const who = event?.actor?.name ?? 'Somebody';
  if (event === undefined) return `${who} changed this`;
  const { changed, from, to, reason } = event.detail;
  const why = typeof reason === 'string' && reason !== '' ? ` (“${reason}”)` : '';
  if (typeof from === 'string' && typeof to === 'string')
    return `${who} changed ${changed} from ${from} to ${to}${why}`;
  return `${who} changed ${changed ?? 'this'}${why}`;
}
