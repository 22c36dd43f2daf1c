/**
 * What goes into a run and comes out of it: datasets with what they were used
 * for, and models at steps. Whether the caller may is asked before, by the wire.
 */
import type { DatasetInput, DatasetSummary, ModelOutput } from '../models/ports.ts';
import type { Call } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import { activeRun, type TrackingDependencies } from './logging.ts';

/** As clients before logged models say which models a run made. */
const historyTag = 'mlflow.log-model.history';
const longestHistory = 1_000_000;
const mostSummaries = 1000;

export class RunLinkLog {
  readonly #deps: TrackingDependencies;

  constructor(deps: TrackingDependencies) {
    this.#deps = deps;
  }

  async logInputs(
    runId: string,
    { datasets, models }: { readonly datasets: readonly DatasetInput[]; readonly models: readonly string[] },
    call: Call,
  ): Promise<void> {
    await this.#link(runId, call, async (stores, run) => {
      await stores.links.logDatasets(run, datasets);
      await stores.links.logModelInputs(runId, models);
      return { datasets: datasets.length, modelInputs: models.length };
    });
  }

  async logOutputs(runId: string, models: readonly ModelOutput[], call: Call): Promise<void> {
    await this.#link(runId, call, async ({ links }) => {
      await links.logModelOutputs(runId, models);
      return { modelOutputs: models.length };
    });
  }

  /** Appends the description of a model to the run's history of them. */
  async logModel(runId: string, model: unknown, call: Call): Promise<void> {
    await this.#link(runId, call, async ({ tracking }) => {
      const known = (await tracking.values([runId])).get(runId)?.tags[historyTag];
      const history = JSON.stringify([...readHistory(known), model]);
      if (history.length > longestHistory) throw tooLong();
      await tracking.setTags(runId, { [historyTag]: history });
      return { modelOutputs: 1 };
    });
  }

  datasets(experimentIds: readonly string[]): Promise<readonly DatasetSummary[]> {
    return this.#deps.store.read(({ links }) => links.datasetSummaries(experimentIds, mostSummaries));
  }

  async #link(
    runId: string,
    { caller }: Call,
    act: (stores: Stores, run: Awaited<ReturnType<typeof activeRun>>) => Promise<Readonly<Record<string, number>>>,
  ): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#deps.store.write(async (stores) => {
      const run = await activeRun(stores, runId);
      const detail = await act(stores, run);
      const subject = { projectId: run.projectId, experimentId: run.experimentId, runId };
      await stores.events.append({ type: 'run.linked', actor: actorOf(caller), subject, detail, at });
    });
    this.#deps.feed.committed();
  }
}

/** A client may have set the tag to anything. */
function readHistory(text: string | undefined): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function tooLong(): DomainError {
  return new DomainError('too-large', `The run's history of models may be ${longestHistory} characters long at most.`, {
    field: 'model_json',
    remedy: 'Log further models in another run, or with a client of version 3.',
  });
}
