/** One time of a schedule: launches what it names, or says why not. The same time again finds the same run. */
import type { AwaitedRun } from '../../../protocol/model/run.ts';
import type { Firing } from '../../../protocol/model/schedule.ts';
import type { RunScheduler } from '../compute/ports.ts';
import type { Caller } from '../shared/call.ts';
import { isDomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { stableId } from '../shared/stableId.ts';
import type { Store } from '../shared/store.ts';
import type { StoredSchedule, WorkLauncher } from './ports.ts';

export type FireDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly works: Pick<WorkLauncher, 'launchWork'>;
  readonly scheduler: Pick<RunScheduler, 'requestStop'>;
};

type Fire = { readonly schedule: StoredSchedule; readonly due: number; readonly owner: Caller };

const cutOff = 'The server stopped before this was done.';

/** Null when this time was dealt with before. */
export async function fireWork(deps: FireDependencies, { schedule, due, owner }: Fire): Promise<Firing | null> {
  const at = deps.clock.now();
  const firing = { due, at, count: 1 };
  const { before, unfinished } = await look(deps, schedule, due);
  if (before !== null && before.detail !== cutOff) return null;
  // A launch that was cut off goes on: what has not ended may be its own first steps.
  if (before === null && schedule.overlap === 'skip' && unfinished.length > 0) {
    return { ...firing, outcome: 'skipped', runId: null, detail: 'The run before had not ended.' };
  }
  const begun = { ...firing, scheduleId: schedule.id, outcome: 'refused', runId: null, detail: cutOff } as const;
  await deps.store.write(({ schedules }) => schedules.insertFiring(begun));
  const after = before === null ? await makeRoom(deps, { schedule, owner, unfinished }) : [];
  return launch(deps, { schedule, owner, after, firing });
}

async function look({ store }: FireDependencies, { id }: StoredSchedule, due: number) {
  return store.read(async ({ schedules, queue }) => {
    const known = await schedules.firings(id, 50);
    return { before: known.find((each) => each.due === due) ?? null, unfinished: await queue.unfinishedOf(id) };
  });
}

type Room = { readonly schedule: StoredSchedule; readonly owner: Caller; readonly unfinished: readonly string[] };

async function makeRoom(deps: FireDependencies, { schedule, owner, unfinished }: Room): Promise<readonly AwaitedRun[]> {
  if (schedule.overlap === 'allow') return [];
  if (schedule.overlap === 'cancel-older') {
    for (const runId of unfinished) await deps.scheduler.requestStop(runId, actorOf(owner));
  }
  return unfinished.slice(-100).map((runId) => ({ runId, needs: 'end' }));
}

type Launch = {
  readonly schedule: StoredSchedule;
  readonly owner: Caller;
  readonly after: readonly AwaitedRun[];
  readonly firing: Pick<Firing, 'due' | 'at' | 'count'>;
};

async function launch({ works }: FireDependencies, { schedule, owner, after, firing }: Launch): Promise<Firing> {
  const { id, projectId, work } = schedule;
  const requestId = stableId(id, String(firing.due));
  try {
    const request = { projectId, work, requestId, after, origin: { scheduleId: id } };
    const runId = await works.launchWork(request, owner);
    return { ...firing, outcome: 'launched', runId, detail: null };
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return {
      ...firing,
      outcome: 'refused',
      runId: null,
      detail: [error.message, error.remedy].filter(Boolean).join(' '),
    };
  }
}
