/** Environments, their revisions, and the builds that revisions of one digest share, in SQLite. */
import type { EnvironmentBuild } from '../../../protocol/model/environment.ts';
import type {
  EnvironmentStore,
  RevisionNumber,
  StoredCheck,
  StoredEnvironment,
  StoredRevision,
} from '../../domain/environments/ports.ts';
import type { Row } from './connection.ts';
import type { Session } from './session.ts';
import { json, plain, Table } from './table.ts';

const environments = new Table<StoredEnvironment>('environments', {
  id: plain('id'),
  name: plain('name'),
  description: plain('description'),
  createdAt: plain('created_at'),
  defaultRevision: plain('default_revision'),
});

const revisions = new Table<Omit<StoredRevision, 'build' | 'runs' | 'check'>>('revisions', {
  environmentId: plain('environment_id'),
  revision: plain('revision'),
  definition: json('definition'),
  digest: plain('digest'),
  message: plain('message'),
  createdById: plain('created_by_id'),
  createdAt: plain('created_at'),
  state: plain('state'),
  stateReason: plain('state_reason'),
});

type BuildRecord = EnvironmentBuild & { readonly digest: string };
const builds = new Table<BuildRecord>('builds', {
  digest: plain('digest'),
  state: plain('state'),
  startedAt: plain('started_at'),
  endedAt: plain('ended_at'),
  error: plain('error'),
  lock: plain('lock'),
  python: plain('python'),
  bytes: plain('bytes'),
});
const neverBuilt: EnvironmentBuild = {
  state: 'never',
  startedAt: null,
  endedAt: null,
  error: null,
  lock: null,
  python: null,
  bytes: null,
};

const checks = new Table<StoredCheck & { readonly digest: string }>('build_checks', {
  digest: plain('digest'),
  state: plain('state'),
  startedAt: plain('started_at'),
  endedAt: plain('ended_at'),
  error: plain('error'),
  lock: plain('lock'),
});

const runsOfRevision = `(SELECT count(*) FROM launches WHERE launches.environment_id = revisions.environment_id
  AND launches.environment_revision = revisions.revision) AS runs`;
const ofEnvironment = `SELECT ${revisions.select}, ${runsOfRevision} FROM revisions WHERE environment_id = ?`;

const sql = {
  environment: `SELECT ${environments.select} FROM environments WHERE id = ?`,
  environments: `SELECT ${environments.select} FROM environments ORDER BY name, id`,
  revisions: `${ofEnvironment} ORDER BY revision DESC`,
  latest: `${ofEnvironment} ORDER BY revision DESC LIMIT 1`,
  current: `${ofEnvironment} AND revisions.state <> 'retired' ORDER BY
    revision = (SELECT default_revision FROM environments WHERE id = environment_id) DESC,
    revisions.state = 'active' DESC, revision DESC LIMIT 1`,
  revision: `${ofEnvironment} AND revision = ?`,
  newestNumber: 'SELECT coalesce(max(revision), 0) AS newest FROM revisions WHERE environment_id = ?',
  build: `SELECT ${builds.select} FROM builds WHERE digest = ?`,
  deleteBuild: 'DELETE FROM builds WHERE digest = ?',
  check: `SELECT ${checks.select} FROM build_checks WHERE digest = ?`,
  deleteCheck: 'DELETE FROM build_checks WHERE digest = ?',
  setState: 'UPDATE revisions SET state = ?, state_reason = ? WHERE environment_id = ? AND revision = ?',
  startTimes: `SELECT
      (SELECT min(at) FROM events WHERE events.run_id = runs.id AND type = 'run.state-changed' AND detail ->> '$.to' = 'running')
      - (SELECT min(at) FROM events WHERE events.run_id = runs.id AND type = 'run.state-changed' AND detail ->> '$.to' = 'preparing')
      AS took
    FROM launches JOIN runs ON runs.number = launches.run
    WHERE environment_id = ? AND environment_revision = ? ORDER BY launches.run DESC LIMIT 25`,
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

  async revision(environmentId: string, revision: RevisionNumber): Promise<StoredRevision | null> {
    const row =
      typeof revision === 'string'
        ? this.#session.get<RevisionRow>(sql[revision], environmentId)
        : this.#session.get<RevisionRow>(sql.revision, environmentId, revision);
    return row ? this.#toRevision(row) : null;
  }

  async insertRevision(revision: Parameters<EnvironmentStore['insertRevision']>[0]): Promise<number> {
    const newest = this.#session.get<{ newest: number }>(sql.newestNumber, revision.environmentId)?.newest ?? 0;
    revisions.insert(this.#session, { ...revision, revision: newest + 1, state: 'active', stateReason: '' });
    return newest + 1;
  }

  async setBuild(digest: string, build: EnvironmentBuild): Promise<void> {
    this.#session.run(sql.deleteBuild, digest);
    builds.insert(this.#session, { ...build, digest });
  }

  async setCheck(digest: string, check: StoredCheck | null): Promise<void> {
    this.#session.run(sql.deleteCheck, digest);
    if (check !== null) checks.insert(this.#session, { ...check, digest });
  }

  async setState(ref: Ref, { state, stateReason }: Pick<StoredRevision, 'state' | 'stateReason'>): Promise<void> {
    this.#session.run(sql.setState, state, stateReason, ref.environmentId, ref.revision);
  }

  async updateEnvironment(id: string, change: Parameters<EnvironmentStore['updateEnvironment']>[1]): Promise<void> {
    environments.update(this.#session, change, { column: 'id', is: id });
  }

  async startTimes({ environmentId, revision }: Ref): Promise<readonly number[]> {
    const rows = this.#session.all<{ took: number | null }>(sql.startTimes, environmentId, revision);
    return rows.flatMap(({ took }) => (took === null ? [] : [took]));
  }

  #toRevision(row: RevisionRow): StoredRevision {
    const revision = revisions.read(row);
    const { digest } = revision;
    return { ...revision, build: this.#build(digest), check: this.#check(digest), runs: row.runs };
  }

  #check(digest: string): StoredCheck | null {
    const row = this.#session.get<Row>(sql.check, digest);
    if (!row) return null;
    const { digest: _digest, ...check } = checks.read(row);
    return check;
  }

  #build(digest: string): EnvironmentBuild {
    const row = this.#session.get<Row>(sql.build, digest);
    if (!row) return neverBuilt;
    const { digest: _digest, ...build } = builds.read(row);
    return build;
  }
}

type Ref = Pick<StoredRevision, 'environmentId' | 'revision'>;
type RevisionRow = Row & { readonly runs: number };
