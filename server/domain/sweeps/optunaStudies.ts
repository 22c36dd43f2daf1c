/**
 * Recognises studies of scripts that use Optuna: its MLflow callback logs each
 * trial as a run with the tags `number`, `state`, `direction` and one
 * `..._distribution` for each parameter. Those of one experiment under one
 * parent run are one sweep. It follows the event log and only adds; what the
 * trials came to stays in their runs. Optuna drives such a sweep, never this.
 */
import { createHash } from 'node:crypto';
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { Objective, ParameterValue } from '../../../protocol/model/sweep.ts';
import type { EventFeed } from '../events/ports.ts';
import type { StoredRun } from '../runs/ports.ts';
import type { Clock, Log } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { pause, until } from '../shared/wakeup.ts';
import type { RunValues } from '../tracking/ports.ts';
import type { EventTail } from '../webhooks/ports.ts';
import type { StoredSweep } from './ports.ts';
import { tell } from './sweepEvents.ts';

export type OptunaStudiesDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly hub: EventTail;
  readonly log: Log;
};

/** So much of the log is read again after a crash at most. */
const cursorEvery = 5000;
const parentTag = 'mlflow.parentRunId';

export class OptunaStudies {
  readonly #deps: OptunaStudiesDependencies;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(deps: OptunaStudiesDependencies) {
    this.#deps = deps;
  }

  /** What was logged before the first start is not looked for. */
  async start(): Promise<void> {
    const position = await this.#deps.store.write(async ({ sweeps, events }) => {
      const known = await sweeps.studyCursor();
      const clock = known ?? (await events.clock());
      if (known === null) await sweeps.setStudyCursor(clock);
      return clock;
    });
    this.#running = this.#run(position);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(start: number): Promise<void> {
    const { signal } = this.#stopping;
    const listener = this.#deps.hub.listen();
    let [position, kept] = [start, start];
    try {
      while (!signal.aborted) {
        const changed = listener.next();
        listener.takeTouched();
        const next = await this.#step(position);
        if (next - kept >= cursorEvery) kept = await this.#keep(next);
        if (next === position) await until(signal, changed);
        position = next;
      }
      await this.#keep(position);
    } finally {
      listener.close();
    }
  }

  async #step(position: number): Promise<number> {
    try {
      const events = await this.#deps.hub.after(position);
      for (const event of events) if (mayBeTrial(event)) await this.#record(event.subject.runId ?? '');
      return events.at(-1)?.clock ?? position;
    } catch (error) {
      this.#deps.log.warn('Optuna studies not looked for', { error });
      await pause(1000, this.#stopping.signal);
      return position;
    }
  }

  async #keep(position: number): Promise<number> {
    await this.#deps.store.write(({ sweeps }) => sweeps.setStudyCursor(position));
    return position;
  }

  async #record(runId: string): Promise<void> {
    const { store, clock, feed } = this.#deps;
    const isNew = await store.write(async (stores) => {
      const run = await stores.runs.run(runId);
      const values = (await stores.tracking.values([runId])).get(runId);
      if (run === null || values === undefined || (await stores.sweeps.trialOfRun(runId)) !== null) return false;
      const trial = optunaTrial(values);
      if (trial === null) return false;
      await addTrial(stores, { run, values, ...trial }, clock.now());
      return true;
    });
    if (isNew) feed.committed();
  }
}

/** The callback writes all its tags at once. */
function mayBeTrial({ type, detail, subject }: FlywheelEvent): boolean {
  return type === 'run.logged' && subject.runId !== undefined && 'tag number' in detail && 'tag direction' in detail;
}

export type OptunaTrial = {
  readonly number: number;
  readonly objective: Objective;
  readonly given: Readonly<Record<string, ParameterValue>>;
};

/** Null for a run that is none, or of a study with several objectives. */
export function optunaTrial({ tags, parameters, metrics }: RunValues): OptunaTrial | null {
  const direction = { MINIMIZE: 'minimize', MAXIMIZE: 'maximize' }[tags.direction ?? ''];
  const names = Object.keys(tags).flatMap((key) => /^(.+)_distribution$/.exec(key)?.[1] ?? []);
  const number = Number(tags.number);
  if (direction === undefined || !Number.isInteger(number) || number < 0 || names.length === 0) return null;
  const given = Object.fromEntries(
    names.flatMap((name) => {
      const text = parameters[name];
      return text === undefined ? [] : [[name, givenOf(text, tags[`${name}_distribution`] ?? '')]];
    }),
  );
  // The callback logs the objective after everything that the script itself logged into the trial.
  const metric = 'value' in metrics ? 'value' : (latest(metrics) ?? 'value');
  return { number, given, objective: { metric, direction: direction as Objective['direction'], reading: 'last' } };
}

function givenOf(text: string, distribution: string): ParameterValue {
  if (distribution.startsWith('CategoricalDistribution')) return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function latest(metrics: RunValues['metrics']): string | undefined {
  return Object.values(metrics).reduce<RunValues['metrics'][string] | undefined>(
    (last, metric) => (last === undefined || metric.timestamp >= last.timestamp ? metric : last),
    undefined,
  )?.key;
}

type Added = OptunaTrial & { readonly run: StoredRun; readonly values: RunValues };

async function addTrial(stores: Stores, added: Added, at: number): Promise<void> {
  const sweep = await studyOf(stores, added, at);
  const trials = await stores.sweeps.trials(sweep.id);
  const isTaken = trials.some(({ number }) => number === added.number);
  // A script that was run again begins at 0 again.
  const number = isTaken ? Math.max(...trials.map((trial) => trial.number)) + 1 : added.number;
  const { run, given } = added;
  await stores.sweeps.insertTrial({
    ...{ sweepId: sweep.id, number, runId: run.id, requestId: null, tierId: run.launch?.tierId ?? null },
    ...{ given, judged: null },
  });
  await stores.sweeps.updateSweep(sweep.id, { endedAt: at });
  await tell(stores, sweep, { type: 'sweep.trial-added', actor: null, at, runId: run.id, detail: { number } });
}

async function studyOf(stores: Stores, { run, values, objective }: Added, at: number): Promise<StoredSweep> {
  const parent = values.tags[parentTag] ?? '';
  const id = createHash('sha256').update(`optuna ${run.experimentId} ${parent}`).digest('hex').slice(0, 32);
  const known = await stores.sweeps.sweep(id);
  if (known !== null) return known;
  const { projectId, experimentId, createdById } = run;
  const parentRun = parent === '' ? null : await stores.runs.run(parent);
  const experiment = await stores.tracking.experiment(experimentId);
  const sweep: StoredSweep = {
    ...{ id, projectId, experimentId, origin: 'optuna', state: 'ended', reason: 'recorded', detail: null },
    name: parentRun?.name ?? experiment?.name ?? 'Optuna study',
    ...{ createdById, createdAt: run.createdAt, endedAt: at, activeMs: 0, activeSince: null },
    ...{ definition: null, code: null, objective, requestId: null },
  };
  await stores.sweeps.insertSweep(sweep);
  await tell(stores, sweep, { type: 'sweep.created', actor: null, at });
  return sweep;
}
