/** What all that works with traces is given, and the rules that their records share. */
import type { EventFeed } from '../events/ports.ts';
import type { Visibility } from '../shared/access.ts';
import { DomainError } from '../shared/errors.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { StoredTrace } from './ports.ts';

export type TraceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly access: Visibility;
  readonly feed: EventFeed;
};

/** Ids of traces stand in addresses and in the names of folders. */
export const traceIdPattern = /^[a-zA-Z0-9][\w-]{0,127}$/;

export async function existingTrace(stores: Stores, id: string): Promise<StoredTrace> {
  const trace = await stores.traces.trace(id);
  if (trace !== null) return trace;
  throw noTrace(id);
}

export function noTrace(id: string): DomainError {
  return new DomainError('not-found', `Trace with ID '${id}' not found.`, {
    field: 'trace_id',
    remedy: 'Check the id.',
  });
}

/** Where the files of a trace are; `traces` is no id that an experiment gives a run. */
export function traceRoot({ id, experimentId: experiment }: Pick<StoredTrace, 'id' | 'experimentId'>): string {
  return `${experiment}/traces/${id}/artifacts`;
}
