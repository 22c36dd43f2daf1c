/** Hashes of passwords and of the codes that set them, and identities at a provider, in SQLite. */
import type { CredentialStore, Identity, PasswordCode, StoredPassword } from '../../domain/governance/ports.ts';
import type { Session } from './session.ts';

const sql = {
  password: 'SELECT hash, changed_at AS changedAt FROM passwords WHERE user_id = ?',
  setPassword: `INSERT INTO passwords (user_id, hash, changed_at) VALUES (?, ?, ?)
    ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`,
  withPassword: 'SELECT user_id AS userId FROM passwords',
  isInUse: 'SELECT EXISTS (SELECT 1 FROM passwords) OR EXISTS (SELECT 1 FROM password_codes) AS used',
  insertCode: 'INSERT INTO password_codes (hash, user_id, expires_at) VALUES (?, ?, ?)',
  code: 'SELECT hash, user_id AS userId, expires_at AS expiresAt FROM password_codes WHERE hash = ?',
  deleteCodes: 'DELETE FROM password_codes WHERE user_id = ? OR expires_at <= ?',
  identity: 'SELECT user_id AS userId FROM identities WHERE issuer = ? AND subject = ?',
  insertIdentity: 'INSERT INTO identities (issuer, subject, user_id, created_at) VALUES (?, ?, ?, ?)',
  withIdentity: 'SELECT DISTINCT user_id AS userId FROM identities',
} as const;

export class SqliteCredentialStore implements CredentialStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async password(userId: string): Promise<StoredPassword | null> {
    return this.#session.get<StoredPassword>(sql.password, userId) ?? null;
  }

  async setPassword(userId: string, { hash, changedAt }: StoredPassword): Promise<void> {
    this.#session.run(sql.setPassword, userId, hash, changedAt);
  }

  async arePasswordsUsed(): Promise<boolean> {
    return this.#session.get<{ used: number }>(sql.isInUse)?.used === 1;
  }

  async insertCode({ hash, userId, expiresAt }: PasswordCode): Promise<void> {
    this.#session.run(sql.insertCode, hash, userId, expiresAt);
  }

  async code(hash: string): Promise<PasswordCode | null> {
    return this.#session.get<PasswordCode>(sql.code, hash) ?? null;
  }

  async deleteCodes(userId: string, now: number): Promise<void> {
    this.#session.run(sql.deleteCodes, userId, now);
  }

  async identity(issuer: string, subject: string): Promise<string | null> {
    return this.#session.get<{ userId: string }>(sql.identity, issuer, subject)?.userId ?? null;
  }

  async insertIdentity({ issuer, subject, userId, createdAt }: Identity): Promise<void> {
    this.#session.run(sql.insertIdentity, issuer, subject, userId, createdAt);
  }

  async withPassword(): Promise<ReadonlySet<string>> {
    return new Set(this.#session.all<{ userId: string }>(sql.withPassword).map(({ userId }) => userId));
  }

  async withIdentity(): Promise<ReadonlySet<string>> {
    return new Set(this.#session.all<{ userId: string }>(sql.withIdentity).map(({ userId }) => userId));
  }
}
