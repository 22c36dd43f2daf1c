/**
 * Adds trials to a sweep and launches their runs. A trial is in the store
 * before its run, with the request id of the launch: after a crash between the
 * two it is launched under the same id, so there is no second run of it and
 * none without its trial.
 */
import { randomUUID } from 'node:crypto';
import type { LaunchInput } from '../../../protocol/model/run.ts';
import { mostTrials, type ParameterValues, sweepTags } from '../../../protocol/model/sweep.ts';
import type { Catalog } from '../compute/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { RunLaunching } from '../runs/ports.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store } from '../shared/store.ts';
import type { RoleCheck } from '../views/ports.ts';
import { chooseTier } from './planSweep.ts';
import type { StoredSweep, StoredTrial } from './ports.ts';
import { type TrialRun, toTrials } from './readTrials.ts';
import { tell } from './sweepEvents.ts';
import { isOver } from './trial.ts';

export type TrialLauncherDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly catalog: Pick<Catalog, 'tier'>;
  readonly launching: RunLaunching;
  readonly access: RoleCheck;
};

export class TrialLauncher {
  readonly #deps: TrialLauncherDependencies;

  constructor(deps: TrialLauncherDependencies) {
    this.#deps = deps;
  }

  /** Adds the next trials and launches them; fewer when the sweep has meanwhile been paused or stopped. */
  async begin(sweep: StoredSweep, trials: readonly TrialRun[], count: number): Promise<void> {
    // Samplers bring statistics along, which a server without sweeps does not need.
    const { propose } = await import('./propose.ts');
    const { definition } = sweep;
    if (definition === null) return;
    const used = trials.filter(({ shown }) => !isOver(shown)).map(({ trial }) => trial.tierId);
    const history = toTrials(trials);
    for (let begun = 0; begun < count; begun += 1) {
      const number = trials.length + begun;
      const given = propose(definition, history, number);
      if (number >= mostTrials || given === null) return;
      const tierId = chooseTier(
        definition.tierIds,
        (id) => used.filter((each) => each === id).length,
        (id) => this.#deps.catalog.tier(id)?.concurrency ?? 1,
      );
      used.push(tierId);
      const trial = { sweepId: sweep.id, number, runId: null, requestId: randomUUID(), tierId, given, judged: null };
      if (!(await this.#add(sweep, trial))) return;
      await this.launch(sweep, trial);
    }
  }

  /** Again is harmless. Throws what the launch is refused for. */
  async launch(sweep: StoredSweep, trial: StoredTrial): Promise<void> {
    const runId = await this.#deps.launching.launch(inputOf(sweep, trial), await this.#callerOf(sweep));
    await this.link(sweep, trial, runId);
  }

  async link(sweep: StoredSweep, trial: StoredTrial, runId: string): Promise<void> {
    const { store, clock, feed } = this.#deps;
    const told = { type: 'sweep.trial-launched', actor: null, at: clock.now(), runId } as const;
    await store.write(async (stores) => {
      await stores.sweeps.updateTrial(trial, { runId });
      await tell(stores, sweep, { ...told, detail: { number: trial.number } });
    });
    feed.committed();
  }

  async #add(sweep: StoredSweep, trial: StoredTrial): Promise<boolean> {
    const { store, clock, feed } = this.#deps;
    const isAdded = await store.write(async (stores) => {
      const now = await stores.sweeps.sweep(sweep.id);
      if (now?.state !== 'running') return false;
      await stores.sweeps.insertTrial(trial);
      const detail = { number: trial.number };
      await tell(stores, sweep, { type: 'sweep.trial-added', actor: null, at: clock.now(), detail });
      return true;
    });
    feed.committed();
    return isAdded;
  }

  /** A sweep acts for the person who began it, and no longer than that person may. */
  async #callerOf({ createdById, projectId }: StoredSweep): Promise<Caller> {
    const user = await this.#deps.store.read(({ access }) => access.user(createdById));
    if (user === null) {
      throw new DomainError('role-missing', `${createdById}, who began this sweep, is no longer known here.`, {
        remedy: 'Start it anew.',
      });
    }
    if (user.disabledAt !== null) {
      throw new DomainError('role-missing', `The account of ${user.name}, who began this sweep, is disabled.`, {
        remedy: 'Start it anew.',
      });
    }
    const { id: userId, name: userName, admin } = user;
    const caller: Caller = { userId, userName, admin, tokenId: null, scope: { kind: 'user' } };
    const role = { kind: 'project', role: 'contributor', of: 'projectId' } as const;
    await this.#deps.access.authorize(caller, role, { projectId });
    return caller;
  }
}

/** What is launched for a trial, or for a repetition of it. */
export function inputOf(
  sweep: StoredSweep,
  trial: Pick<StoredTrial, 'number' | 'given' | 'tierId' | 'requestId'>,
): LaunchInput {
  const { definition, code } = sweep;
  if (definition === null || code === null) throw new Error(`sweep ${sweep.id} was recorded and launches nothing`);
  const { command, parameters, environmentId, environmentRevision, tierIds, artifacts } = definition;
  return {
    projectId: sweep.projectId,
    experimentId: sweep.experimentId,
    name: `${sweep.name.slice(0, 190)} ${trial.number}`,
    command,
    parameters: { ...parameters, ...asTexts(trial.given) },
    tags: { [sweepTags.sweep]: sweep.id, [sweepTags.trial]: String(trial.number) },
    environmentId,
    environmentRevision,
    tierId: trial.tierId ?? tierIds[0] ?? '',
    code,
    artifacts: [...artifacts],
    priority: 0,
    ...(trial.requestId !== null && { requestId: trial.requestId }),
  };
}

function asTexts(given: ParameterValues): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
}
