/** What goes into runs and comes out of them, in SQLite: the port. */
import type { DatasetInput, DatasetSummary, LinkStore, ModelOutput, RunLinks } from '../../domain/models/ports.ts';
import { datasetSummaries, links, logDatasets, logModels } from './linkRows.ts';
import type { Session } from './session.ts';

export class SqliteLinkStore implements LinkStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async logDatasets(run: Parameters<LinkStore['logDatasets']>[0], inputs: readonly DatasetInput[]): Promise<void> {
    logDatasets(this.#session, run, inputs);
  }

  async logModelInputs(runId: string, modelIds: readonly string[]): Promise<void> {
    const models = modelIds.map((modelId) => ({ modelId, step: 0 }));
    logModels(this.#session, runId, { role: 'input', models });
  }

  async logModelOutputs(runId: string, outputs: readonly ModelOutput[]): Promise<void> {
    logModels(this.#session, runId, { role: 'output', models: outputs });
  }

  async links(runIds: readonly string[]): Promise<ReadonlyMap<string, RunLinks>> {
    return links(this.#session, runIds);
  }

  async datasetSummaries(experimentIds: readonly string[], limit: number): Promise<readonly DatasetSummary[]> {
    return datasetSummaries(this.#session, experimentIds, limit);
  }
}
