/** A change of a sweep with its event, within a unit of work. */
import type { EventSubject, EventType, FlywheelEvent } from '../../../protocol/events.ts';
import type { Person } from '../../../protocol/model/common.ts';
import type { Stores } from '../shared/store.ts';
import type { StoredSweep, SweepChange } from './ports.ts';

export type Told = {
  readonly type: EventType;
  /** Null for the server itself. */
  readonly actor: Person | null;
  readonly at: number;
  readonly runId?: string;
  readonly detail?: FlywheelEvent['detail'];
};

export async function tell(stores: Stores, sweep: StoredSweep, told: Told): Promise<void> {
  const { type, actor, at, runId, detail } = told;
  const { id: sweepId, projectId, experimentId, name } = sweep;
  const subject: EventSubject = { projectId, experimentId, sweepId, ...(runId !== undefined && { runId }) };
  await stores.events.append({ type, actor, subject, detail: { name, ...detail }, at });
}

export async function moveSweep(
  stores: Stores,
  { sweep, change }: { readonly sweep: StoredSweep; readonly change: SweepChange },
  { actor, at }: Pick<Told, 'actor' | 'at'>,
): Promise<void> {
  await stores.sweeps.updateSweep(sweep.id, change);
  const detail = { from: sweep.state, to: change.state ?? sweep.state, reason: change.reason ?? null };
  await tell(stores, sweep, { type: 'sweep.state-changed', actor, at, detail });
}
