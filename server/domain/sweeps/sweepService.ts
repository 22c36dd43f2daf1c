/**
 * The `sweeps` entries. They write what is wanted; the controller sees to it.
 * A sweep of a script that uses Optuna is shown here and never driven.
 */
import { randomUUID } from 'node:crypto';
import type { LaunchInput, Run } from '../../../protocol/model/run.ts';
import {
  type CreateSweepInput,
  mostTrials,
  type Sweep,
  type SweepDetail,
  type SweepFields,
  type UpdateSweepInput,
} from '../../../protocol/model/sweep.ts';
import type { CodeStore } from '../code/ports.ts';
import type { Catalog } from '../compute/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { RunLaunching } from '../runs/ports.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { readableName } from '../shared/readableName.ts';
import type { Store, Stores } from '../shared/store.ts';
import { checkSweep } from './checkSweep.ts';
import { planSweep } from './planSweep.ts';
import type { StoredSweep, SweepChange } from './ports.ts';
import { readTrials, situationOf } from './readTrials.ts';
import { bestOf, showSweep } from './showSweep.ts';
import { moveSweep, tell } from './sweepEvents.ts';
import { ending, paused, resumed } from './sweepMoves.ts';
import { inputOf } from './trialLauncher.ts';

export type SweepServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly catalog: Pick<Catalog, 'currency'>;
  readonly code: Pick<CodeStore, 'pin'>;
  readonly launching: RunLaunching;
  readonly visibility: Visibility;
  readonly controller: { wake(): void };
  readonly runs: { get(input: { readonly runId: string }, call: Call): Promise<Run> };
};

type OfSweep = { readonly sweepId: string };

/** What a trial came to is read anew for each that is listed. */
const mostListed = 100;
const mostKept = 500;

export class SweepService {
  readonly #deps: SweepServiceDependencies;
  /** By id and end. */
  readonly #ended = new Map<string, Sweep>();

  constructor(deps: SweepServiceDependencies) {
    this.#deps = deps;
  }

  async create(input: CreateSweepInput, call: Call): Promise<Sweep> {
    const { store, clock, feed, code, controller } = this.#deps;
    const earlier = await store.read((stores) => earlierSweep(stores, input));
    if (earlier !== null) return this.#shown(earlier.id);
    const checked = await this.#check(input, call.caller);
    const sweep = newSweep(input, { ...checked, caller: call.caller, now: clock.now() });
    await code.pin(input.projectId, sweep.id, input.code.commit);
    const id = await store.write(async (stores) => {
      // Two retries may have got here at once.
      const twin = await earlierSweep(stores, input);
      if (twin !== null) return twin.id;
      await stores.sweeps.insertSweep(sweep);
      await tell(stores, sweep, { type: 'sweep.created', actor: actorOf(call.caller), at: sweep.createdAt });
      return sweep.id;
    });
    feed.committed();
    controller.wake();
    return this.#shown(id);
  }

  async list({ projectId }: { readonly projectId?: string | undefined }, { caller }: Call): Promise<Sweep[]> {
    const visible = await this.#deps.visibility.visibleProjects(caller);
    const asked = projectId === undefined ? visible : [projectId].filter((id) => visible?.includes(id) ?? true);
    return this.#deps.store.read(async (stores) => {
      const list: Sweep[] = [];
      for (const sweep of await stores.sweeps.sweeps({ projectIds: asked, limit: mostListed })) {
        list.push(await this.#listed(stores, sweep));
      }
      return list;
    });
  }

  get({ sweepId }: OfSweep, _call: Call): Promise<SweepDetail> {
    return this.#deps.store.read(async (stores) => {
      const { sweep, trials } = await this.#show(stores, await existing(stores, sweepId));
      return { ...sweep, trials };
    });
  }

  async update({ sweepId, name, budget, parallel }: UpdateSweepInput, call: Call): Promise<Sweep> {
    return this.#change(sweepId, call, async (stores, sweep) => {
      const definition = changedDefinition(sweep, { budget, parallel });
      const change = { ...(name !== undefined && { name }), ...(definition && { definition }) };
      const detail = { budget: definition ? JSON.stringify(definition.budget) : null };
      await stores.sweeps.updateSweep(sweepId, change);
      const told = { type: 'sweep.updated', actor: actorOf(call.caller), at: this.#deps.clock.now(), detail } as const;
      await tell(stores, { ...sweep, ...change }, told);
      const isUsedUp = ['trials-done', 'time-over', 'money-spent'].includes(sweep.reason ?? '');
      const goesOn = budget !== undefined && sweep.state === 'ended' && isUsedUp;
      return goesOn && (await this.#hasRoom(stores, { ...sweep, ...change })) ? resumed(this.#deps.clock.now()) : null;
    });
  }

  pause({ sweepId }: OfSweep, call: Call): Promise<Sweep> {
    return this.#change(sweepId, call, async (_stores, sweep) => {
      if (sweep.state === 'paused') return null;
      requireState(sweep, ['running'], 'paused');
      return paused(sweep, this.#deps.clock.now());
    });
  }

  resume({ sweepId }: OfSweep, call: Call): Promise<Sweep> {
    return this.#change(sweepId, call, async (stores, sweep) => {
      if (sweep.state === 'running') return null;
      requireState(sweep, ['paused', 'ended'], 'resumed');
      if (await this.#hasRoom(stores, sweep)) return resumed(this.#deps.clock.now());
      throw new DomainError('wrong-state', `${sweep.name} has used up its budget.`, {
        field: 'sweepId',
        remedy: 'Extend the budget; it then goes on by itself.',
      });
    });
  }

  stop({ sweepId }: OfSweep, call: Call): Promise<Sweep> {
    return this.#change(sweepId, call, async (_stores, sweep) => {
      if (sweep.state === 'ending') return null;
      requireState(sweep, ['running', 'paused'], 'stopped');
      return ending(sweep, { reason: 'stopped-by-user', detail: null }, this.#deps.clock.now());
    });
  }

  async launchBest(
    { sweepId, requestId }: OfSweep & { readonly requestId?: string | undefined },
    call: Call,
  ): Promise<Run> {
    const input = await this.#deps.store.read((stores) => this.#bestAgain(stores, sweepId));
    const again = requestId === undefined ? input : { ...input, requestId };
    const runId = await this.#deps.launching.launch(again, call.caller);
    return this.#deps.runs.get({ runId }, call);
  }

  async #bestAgain(stores: Stores, sweepId: string): Promise<LaunchInput> {
    const sweep = await existing(stores, sweepId);
    requireDriven(sweep);
    const trials = await readTrials(stores, sweep, this.#deps.clock.now());
    const best = bestOf(
      trials.map(({ shown }) => shown),
      sweep.objective.direction,
    );
    const trial = best && trials.find(({ trial: { number } }) => number === best.number)?.trial;
    if (!trial) {
      throw new DomainError(
        'wrong-state',
        `${sweep.name} has no trial with a value of ${sweep.objective.metric} yet.`,
        {
          field: 'sweepId',
          remedy: 'Wait for a trial to end, or look at why they fail.',
        },
      );
    }
    const { tags: _tags, name, ...input } = inputOf(sweep, { ...trial, requestId: null });
    return { ...input, tags: {}, name: `${name} again` };
  }

  async #check(input: CreateSweepInput, caller: Caller) {
    checkSweep(input);
    const { name: _name, ...asked } = input;
    let checked = { experimentId: '', environmentRevision: 1 };
    for (const tierId of input.tierIds) {
      const launch = { ...asked, tierId, artifacts: [...asked.artifacts], tags: {}, priority: 0 };
      checked = await this.#deps.launching.check(launch, caller);
    }
    return checked;
  }

  async #hasRoom(stores: Stores, sweep: StoredSweep): Promise<boolean> {
    const { definition } = sweep;
    const now = this.#deps.clock.now();
    if (definition === null) return false;
    const trials = await readTrials(stores, sweep, now);
    return planSweep({ ...situationOf({ ...sweep, definition }, trials, now), since: now }).kind !== 'end';
  }

  /** A move and its event in one write; what the work answers is the move, null none. */
  async #change(
    sweepId: string,
    { caller }: Call,
    work: (stores: Stores, sweep: StoredSweep) => Promise<SweepChange | null>,
  ): Promise<Sweep> {
    const { store, clock, feed, controller } = this.#deps;
    await store.write(async (stores) => {
      const sweep = await existing(stores, sweepId);
      requireDriven(sweep);
      const change = await work(stores, sweep);
      if (change !== null) await moveSweep(stores, { sweep, change }, { actor: actorOf(caller), at: clock.now() });
    });
    feed.committed();
    controller.wake();
    return this.#shown(sweepId);
  }

  /** What the trials of a sweep that has ended came to does not change, and a list of many is read often. */
  async #listed(stores: Stores, sweep: StoredSweep): Promise<Sweep> {
    const isOver = sweep.state === 'ended' && sweep.origin === 'flywheel';
    const key = `${sweep.id} ${sweep.endedAt}`;
    const known = isOver ? this.#ended.get(key) : undefined;
    if (known) return { ...known, name: sweep.name, definition: sweep.definition };
    const { sweep: shown } = await this.#show(stores, sweep);
    if (this.#ended.size >= mostKept) this.#ended.clear();
    if (isOver) this.#ended.set(key, shown);
    return shown;
  }

  #shown(sweepId: string): Promise<Sweep> {
    return this.#deps.store.read(async (stores) => (await this.#show(stores, await existing(stores, sweepId))).sweep);
  }

  async #show(stores: Stores, sweep: StoredSweep) {
    const now = this.#deps.clock.now();
    const trials = (await readTrials(stores, sweep, now)).map(({ shown }) => shown);
    const context = { now, currency: this.#deps.catalog.currency() };
    return { sweep: await showSweep(stores, { sweep, trials }, context), trials };
  }
}

async function existing(stores: Stores, sweepId: string): Promise<StoredSweep> {
  const sweep = await stores.sweeps.sweep(sweepId);
  if (sweep !== null) return sweep;
  throw new DomainError('not-found', `There is no sweep ${sweepId}.`, { field: 'sweepId', remedy: 'Check the id.' });
}

async function earlierSweep(stores: Stores, { projectId, requestId }: CreateSweepInput): Promise<StoredSweep | null> {
  return requestId === undefined ? null : stores.sweeps.sweepByRequest(projectId, requestId);
}

function requireDriven({ name, origin }: StoredSweep): void {
  if (origin === 'flywheel') return;
  throw new DomainError('wrong-state', `${name} is a study of a script with Optuna, which drives it itself.`, {
    field: 'sweepId',
    remedy: 'Stop or change the script.',
  });
}

function requireState(sweep: StoredSweep, states: readonly StoredSweep['state'][], verb: string): void {
  if (states.includes(sweep.state)) return;
  throw new DomainError('wrong-state', `${sweep.name} is ${sweep.state} and cannot be ${verb}.`, {
    field: 'sweepId',
    remedy: 'Look at what it does now.',
  });
}

type Changed = Pick<UpdateSweepInput, 'budget' | 'parallel'>;

function changedDefinition({ definition }: StoredSweep, { budget, parallel }: Changed): SweepFields | null {
  if (definition === null || (budget === undefined && parallel === undefined)) return null;
  const changed = {
    ...definition,
    budget: { ...definition.budget, ...budget },
    ...(parallel !== undefined && { parallel }),
  };
  checkSweep(changed);
  return changed;
}

type Checked = {
  readonly experimentId: string;
  readonly environmentRevision: number;
  readonly caller: Caller;
  readonly now: number;
};

function newSweep(input: CreateSweepInput, { experimentId, environmentRevision, caller, now }: Checked): StoredSweep {
  const { projectId, experimentId: _asked, code, requestId = null, ...definition } = input;
  const name = input.name ?? `${readableName()} sweep`;
  const trials = Math.min(definition.budget.trials ?? mostTrials, mostTrials);
  const budget = definition.sampler.kind === 'grid' ? definition.budget : { ...definition.budget, trials };
  return {
    ...{ id: randomUUID().replaceAll('-', ''), projectId, experimentId, name, origin: 'flywheel', state: 'running' },
    ...{ reason: null, detail: null, createdById: caller.userId, createdAt: now, endedAt: null },
    ...{ activeMs: 0, activeSince: now, code, objective: input.objective, requestId },
    // All trials run in the revision that was current when the sweep began.
    definition: { ...definition, budget, name, environmentRevision },
  };
}
