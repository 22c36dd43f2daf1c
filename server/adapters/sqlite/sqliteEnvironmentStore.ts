/** Environments, their revisions, and the builds that revisions of one digest share, in SQLite. */
import type { EnvironmentBuild } from '../../../protocol/model/environment.ts';
import type { EnvironmentStore, StoredEnvironment, StoredRevision } from '../../domain/environments/ports.ts';
import type { Row } from './connection.ts';
import type { Session } from './session.ts';
import { json, plain, Table } from './table.ts';

const environments = new Table<StoredEnvironment>('environments', {
  id: plain('id'),
  name: plain('name'),
  description: plain('description'),
  createdAt: plain('created_at'),
});

const revisions = new Table<Omit<StoredRevision, 'build' | 'runs'>>('revisions', {
  environmentId: plain('environment_id'),
  revision: plain('revision'),
  definition: json('definition'),
  digest: plain('digest'),
  message: plain('message'),
  createdById: plain('created_by_id'),
  createdAt: plain('created_at'),
});

type BuildRecord = EnvironmentBuild & { readonly digest: string };
const builds = new Table<BuildRecord>('builds', {
  digest: plain('digest'),
  state: plain('state'),
  startedAt: plain('started_at'),
  endedAt: plain('ended_at'),
  error: plain('error'),
  lock: plain('lock'),
});
const neverBuilt: EnvironmentBuild = { state: 'never', startedAt: null, endedAt: null, error: null, lock: null };

const runsOfRevision = `(SELECT count(*) FROM launches WHERE launches.environment_id = revisions.environment_id
  AND launches.environment_revision = revisions.revision) AS runs`;
const ofEnvironment = `SELECT ${revisions.select}, ${runsOfRevision} FROM revisions WHERE environment_id = ?`;

const sql = {
  environment: `SELECT ${environments.select} FROM environments WHERE id = ?`,
  environments: `SELECT ${environments.select} FROM environments ORDER BY name, id`,
  revisions: `${ofEnvironment} ORDER BY revision DESC`,
  latest: `${ofEnvironment} ORDER BY revision DESC LIMIT 1`,
  revision: `${ofEnvironment} AND revision = ?`,
  newestNumber: 'SELECT coalesce(max(revision), 0) AS newest FROM revisions WHERE environment_id = ?',
  build: `SELECT ${builds.select} FROM builds WHERE digest = ?`,
  deleteBuild: 'DELETE FROM builds WHERE digest = ?',
} as const;

export class SqliteEnvironmentStore implements EnvironmentStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async environment(id: string): Promise<StoredEnvironment | null> {
    const row = this.#session.get<Row>(sql.environment, id);
    return row ? environments.read(row) : null;
  }

  async environments(): Promise<readonly StoredEnvironment[]> {
    return this.#session.all<Row>(sql.environments).map((row) => environments.read(row));
  }

  async insertEnvironment(environment: StoredEnvironment): Promise<void> {
    environments.insert(this.#session, environment);
  }

  async revisions(environmentId: string): Promise<readonly StoredRevision[]> {
    return this.#session.all<RevisionRow>(sql.revisions, environmentId).map((row) => this.#toRevision(row));
  }

  async revision(environmentId: string, revision: number | 'latest'): Promise<StoredRevision | null> {
    const row =
      revision === 'latest'
        ? this.#session.get<RevisionRow>(sql.latest, environmentId)
        : this.#session.get<RevisionRow>(sql.revision, environmentId, revision);
    return row ? this.#toRevision(row) : null;
  }

  async insertRevision(revision: Omit<StoredRevision, 'revision' | 'runs' | 'build'>): Promise<number> {
    const newest = this.#session.get<{ newest: number }>(sql.newestNumber, revision.environmentId)?.newest ?? 0;
    revisions.insert(this.#session, { ...revision, revision: newest + 1 });
    return newest + 1;
  }

  async setBuild(digest: string, build: EnvironmentBuild): Promise<void> {
    this.#session.run(sql.deleteBuild, digest);
    builds.insert(this.#session, { ...build, digest });
  }

  #toRevision(row: RevisionRow): StoredRevision {
    const revision = revisions.read(row);
    return { ...revision, build: this.#build(revision.digest), runs: row.runs };
  }

  #build(digest: string): EnvironmentBuild {
    const row = this.#session.get<Row>(sql.build, digest);
    if (!row) return neverBuilt;
    const { digest: _digest, ...build } = builds.read(row);
    return build;
  }
}

type RevisionRow = Row & { readonly runs: number };
