/** Secrets in SQLite, sealed before they come here. */
import type { SecretChoice } from '../../../protocol/model/secret.ts';
import type { RunSecret, SecretHome, SecretStore, StoredSecret } from '../../domain/secrets/ports.ts';
import type { Row } from './connection.ts';
import { runNumber } from './names.ts';
import type { Session } from './session.ts';
import { plain, Table } from './table.ts';

type Place = { readonly projectId: string; readonly userId: string };

const secrets = new Table<StoredSecret & Place>('secrets', {
  projectId: plain('project_id'),
  userId: plain('user_id'),
  name: plain('name'),
  sealed: plain('sealed'),
  createdAt: plain('created_at'),
  updatedAt: plain('updated_at'),
  updatedById: plain('updated_by_id'),
});

const ofRun = new Table<RunSecret & { readonly run: number }>('run_secrets', {
  run: plain('run'),
  name: plain('name'),
  from: plain('origin'),
  as: plain('delivery'),
  sealed: plain('sealed'),
});

const here = 'project_id = ? AND user_id = ?';
const sql = {
  secrets: `SELECT ${secrets.select} FROM secrets WHERE ${here} ORDER BY name`,
  secret: `SELECT ${secrets.select} FROM secrets WHERE ${here} AND name = ?`,
  delete: `DELETE FROM secrets WHERE ${here} AND name = ?`,
  ofRun: `SELECT ${ofRun.select} FROM run_secrets JOIN runs ON runs.number = run_secrets.run
    WHERE runs.id = ? ORDER BY run_secrets.name`,
  give: 'UPDATE run_secrets SET sealed = ? WHERE run = ? AND name = ?',
  forget: 'UPDATE run_secrets SET sealed = NULL WHERE run = ? AND sealed IS NOT NULL',
} as const;

export class SqliteSecretStore implements SecretStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async secrets(home: SecretHome): Promise<readonly StoredSecret[]> {
    return this.#session.all<Row>(sql.secrets, ...place(home)).map(toSecret);
  }

  async secret(home: SecretHome, name: string): Promise<StoredSecret | null> {
    const row = this.#session.get<Row>(sql.secret, ...place(home), name);
    return row ? toSecret(row) : null;
  }

  async putSecret(home: SecretHome, secret: StoredSecret): Promise<void> {
    await this.deleteSecret(home, secret.name);
    const [projectId, userId] = place(home);
    secrets.insert(this.#session, { ...secret, projectId, userId });
  }

  async deleteSecret(home: SecretHome, name: string): Promise<void> {
    this.#session.run(sql.delete, ...place(home), name);
  }

  async chooseForRun(runId: string, choices: readonly SecretChoice[]): Promise<void> {
    if (choices.length === 0) return;
    const run = runNumber(this.#session, runId);
    for (const choice of choices) ofRun.insert(this.#session, { ...choice, run, sealed: null });
  }

  async ofRun(runId: string): Promise<readonly RunSecret[]> {
    return this.#session.all<Row>(sql.ofRun, runId).map((row) => {
      const { run: _run, ...secret } = ofRun.read(row);
      return secret;
    });
  }

  async giveRun(runId: string, name: string, sealed: string): Promise<void> {
    this.#session.run(sql.give, sealed, runNumber(this.#session, runId), name);
  }

  async forgetGiven(runId: string): Promise<void> {
    this.#session.run(sql.forget, runNumber(this.#session, runId));
  }
}

function place({ projectId = '', userId = '' }: SecretHome): [string, string] {
  return [projectId, userId];
}

function toSecret(row: Row): StoredSecret {
  const { projectId: _projectId, userId: _userId, ...secret } = secrets.read(row);
  return secret;
}
