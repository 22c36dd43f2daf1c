/** Experiments and what is logged into runs, in SQLite: the port, over one file for each concern. */
import type {
  HistoryPage,
  MetricPoint,
  MetricSeries,
  RunQuery,
  RunValues,
  StoredExperiment,
  TrackingStore,
} from '../../domain/tracking/ports.ts';
import * as experimentRows from './experimentRows.ts';
import { history, logMetrics, logSeries, reducedHistory } from './metricRows.ts';
import { searchRuns } from './searchRuns.ts';
import type { Session } from './session.ts';
import { valuesAt } from './valueAtStep.ts';
import * as valueRows from './valueRows.ts';

type Texts = Readonly<Record<string, string>>;

export class SqliteTrackingStore implements TrackingStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async experiment(id: string): Promise<StoredExperiment | null> {
    return experimentRows.experiment(this.#session, id);
  }

  async experimentByName(name: string): Promise<StoredExperiment | null> {
    return experimentRows.experimentByName(this.#session, name);
  }

  async experiments(query: Parameters<TrackingStore['experiments']>[0]) {
    return experimentRows.experiments(this.#session, query);
  }

  async insertExperiment(experiment: Omit<StoredExperiment, 'id'>): Promise<string> {
    return experimentRows.insertExperiment(this.#session, experiment);
  }

  async updateExperiment(id: string, change: Parameters<TrackingStore['updateExperiment']>[1]): Promise<void> {
    experimentRows.updateExperiment(this.#session, id, change);
  }

  async logMetrics(runId: string, points: readonly MetricPoint[]): Promise<void> {
    logMetrics(this.#session, runId, points);
  }

  async logSeries(runId: string, series: readonly MetricSeries[]): Promise<void> {
    logSeries(this.#session, runId, series);
  }

  async logParameters(runId: string, parameters: Texts) {
    return valueRows.logParameters(this.#session, runId, parameters);
  }

  async setTags(runId: string, tags: Texts): Promise<void> {
    valueRows.setTags(this.#session, runId, tags);
  }

  async deleteTag(runId: string, key: string): Promise<boolean> {
    return valueRows.deleteTag(this.#session, runId, key);
  }

  async values(
    runIds: readonly string[],
    keys?: Parameters<TrackingStore['values']>[1],
  ): Promise<ReadonlyMap<string, RunValues>> {
    return valueRows.values(this.#session, runIds, keys);
  }

  async history(runId: string, key: string, page: HistoryPage) {
    return history(this.#session, { runId, key }, page);
  }

  async reducedHistory(query: Parameters<TrackingStore['reducedHistory']>[0]) {
    return reducedHistory(this.#session, query);
  }

  async search(query: RunQuery) {
    return searchRuns(this.#session, query);
  }

  async valuesAt(runIds: readonly string[], at: Parameters<TrackingStore['valuesAt']>[1]) {
    return valuesAt(this.#session, runIds, at);
  }
}
