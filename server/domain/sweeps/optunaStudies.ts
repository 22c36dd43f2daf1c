/**
 * Recognises studies of scripts that use Optuna, by what they log over the
 * MLflow wire, and shows each as a sweep. It follows the event log and only
 * adds; what the trials came to stays in their runs. Optuna drives such a
 * sweep, never this.
 */
import { createHash } from 'node:crypto';
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { EventFeed } from '../events/ports.ts';
import type { StoredRun } from '../runs/ports.ts';
import type { Clock, Log } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { pause, until } from '../shared/wakeup.ts';
import type { EventTail } from '../webhooks/ports.ts';
import { type OptunaTrial, readOptunaTrial } from './optunaTrial.ts';
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
      const trial = run && (await readOptunaTrial(stores, run));
      if (!trial) return false;
      const known = await stores.sweeps.trialOfRun(runId);
      // Its parameters come one by one; the event of each is that of the run.
      if (known !== null) await stores.sweeps.updateTrial(known, { given: trial.given });
      else await addTrial(stores, { run, ...trial }, clock.now());
      return known === null;
    });
    if (isNew) feed.committed();
  }
}

/** An event tells the first tags of a write, and these are the first. */
function mayBeTrial({ type, detail, subject }: FlywheelEvent): boolean {
  const isTold = (tag: string) => `to:tag ${tag}` in detail;
  if (type !== 'run.logged' || subject.runId === undefined) return false;
  return isTold('direction') || isTold('numbers') || isTold('param_directions');
}

type Added = OptunaTrial & { readonly run: StoredRun };

async function addTrial(stores: Stores, added: Added, at: number): Promise<void> {
  const sweep = await studyOf(stores, added, at);
  const numbers = (await stores.sweeps.trials(sweep.id)).map((trial) => trial.number);
  // A script that was run again begins at 0 again.
  const isFree = added.number >= 0 && !numbers.includes(added.number);
  const number = isFree ? added.number : Math.max(-1, ...numbers) + 1;
  const { run, given } = added;
  await stores.sweeps.insertTrial({
    ...{ sweepId: sweep.id, number, runId: run.id, requestId: null, tierId: run.launch?.tierId ?? null },
    ...{ given, judged: null },
  });
  await stores.sweeps.updateSweep(sweep.id, { endedAt: at });
  await tell(stores, sweep, { type: 'sweep.trial-added', actor: null, at, runId: run.id, detail: { number } });
}

/** Those of one experiment under one parent run are one sweep. */
async function studyOf(stores: Stores, { run, parentId, objective }: Added, at: number): Promise<StoredSweep> {
  const key = `optuna ${run.experimentId} ${parentId ?? ''}`;
  const id = createHash('sha256').update(key).digest('hex').slice(0, 32);
  const known = await stores.sweeps.sweep(id);
  if (known !== null) return known;
  const { projectId, experimentId, createdById } = run;
  const parent = parentId === null ? null : await stores.runs.run(parentId);
  const experiment = await stores.tracking.experiment(experimentId);
  const sweep: StoredSweep = {
    ...{ id, projectId, experimentId, origin: 'optuna', state: 'ended', reason: 'recorded', detail: null },
    name: parent?.name ?? experiment?.name ?? 'Optuna study',
    ...{ createdById, createdAt: run.createdAt, endedAt: at, activeMs: 0, activeSince: null },
    ...{ definition: null, code: null, objective, requestId: null },
  };
  await stores.sweeps.insertSweep(sweep);
  await tell(stores, sweep, { type: 'sweep.created', actor: null, at });
  return sweep;
}
