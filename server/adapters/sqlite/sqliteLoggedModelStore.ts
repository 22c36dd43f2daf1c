/** Logged models in SQLite: the port. */
import type {
  LoggedModel,
  LoggedModelQuery,
  LoggedModelStore,
  ModelPoint,
  StoredLoggedModel,
  Texts,
} from '../../domain/models/ports.ts';
import * as rows from './loggedModelRows.ts';
import type { Session } from './session.ts';

export class SqliteLoggedModelStore implements LoggedModelStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async model(id: string): Promise<LoggedModel | null> {
    return rows.loggedModel(this.#session, id);
  }

  async insertModel(model: StoredLoggedModel): Promise<void> {
    rows.insertModel(this.#session, model);
  }

  async updateModel(id: string, change: Parameters<LoggedModelStore['updateModel']>[1]): Promise<void> {
    rows.updateModel(this.#session, id, change);
  }

  async setTags(id: string, tags: Texts): Promise<void> {
    rows.setTags(this.#session, id, tags);
  }

  async deleteTag(id: string, key: string): Promise<boolean> {
    return rows.deleteTag(this.#session, id, key);
  }

  async logParameters(id: string, parameters: Texts) {
    return rows.logParameters(this.#session, id, parameters);
  }

  async logMetrics(runId: string, points: readonly ModelPoint[]): Promise<void> {
    rows.logMetrics(this.#session, runId, points);
  }

  async search(query: LoggedModelQuery): Promise<readonly LoggedModel[]> {
    return rows.searchModels(this.#session, query);
  }
}
