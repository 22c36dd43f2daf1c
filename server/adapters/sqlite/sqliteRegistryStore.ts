/** The model registry in SQLite: the port. */
import type {
  ModelVersionRecord,
  RegisteredModelRecord,
  RegistryQuery,
  RegistryStore,
  StoredModelVersion,
  StoredRegisteredModel,
} from '../../domain/models/ports.ts';
import * as versions from './modelVersionRows.ts';
import * as models from './registeredModelRows.ts';
import type { Session } from './session.ts';

export class SqliteRegistryStore implements RegistryStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async model(name: string): Promise<RegisteredModelRecord | null> {
    return models.registeredModel(this.#session, name);
  }

  async insertModel(model: StoredRegisteredModel): Promise<void> {
    models.insertRegistered(this.#session, model);
  }

  async updateModel(name: string, change: Partial<StoredRegisteredModel>): Promise<void> {
    models.updateRegistered(this.#session, name, change);
  }

  async deleteModel(name: string): Promise<void> {
    models.deleteRegistered(this.#session, name);
  }

  async setTag(name: string, key: string, value: string): Promise<void> {
    models.setRegisteredTag(this.#session, name, [key, value]);
  }

  async deleteTag(name: string, key: string): Promise<void> {
    models.deleteRegisteredTag(this.#session, name, key);
  }

  async setAlias(name: string, alias: string, version: number): Promise<void> {
    models.setAlias(this.#session, name, [alias, version]);
  }

  async deleteAlias(name: string, alias: string): Promise<void> {
    models.deleteAlias(this.#session, name, alias);
  }

  async searchModels(query: RegistryQuery): Promise<readonly RegisteredModelRecord[]> {
    return models.searchRegistered(this.#session, query);
  }

  async version(name: string, version: number): Promise<ModelVersionRecord | null> {
    return versions.modelVersion(this.#session, { name, version });
  }

  async insertVersion(version: Omit<StoredModelVersion, 'version'>): Promise<number> {
    return versions.insertVersion(this.#session, version);
  }

  async updateVersion(
    name: string,
    version: number,
    change: Parameters<RegistryStore['updateVersion']>[2],
  ): Promise<void> {
    versions.updateVersion(this.#session, { name, version }, change);
  }

  async archiveStage(name: string, stage: StoredModelVersion['stage'], at: number): Promise<void> {
    versions.archiveStage(this.#session, name, [stage, at]);
  }

  async deleteVersion(name: string, version: number, at: number): Promise<void> {
    versions.deleteVersion(this.#session, { name, version }, at);
  }

  async setVersionTag(of: versions.OfVersion, key: string, value: string): Promise<void> {
    versions.setVersionTag(this.#session, of, [key, value]);
  }

  async deleteVersionTag(of: versions.OfVersion, key: string): Promise<void> {
    versions.deleteVersionTag(this.#session, of, key);
  }

  async searchVersions(query: RegistryQuery): Promise<readonly ModelVersionRecord[]> {
    return versions.searchVersions(this.#session, query);
  }

  async latestVersions(names: readonly string[]): Promise<readonly ModelVersionRecord[]> {
    return versions.latestVersions(this.#session, names);
  }
}
