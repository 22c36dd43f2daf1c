/** Users, tokens and roles in SQLite. A token's secret never comes here, only its hash. */
import { type ProjectRole, projectRoles, type User } from '../../../protocol/model/session.ts';
import type {
  AccessStore,
  KeptToken,
  NewToken,
  NewUser,
  StoredToken,
  StoredUser,
  TokenCount,
  TokenUse,
} from '../../domain/governance/ports.ts';
import type { Row } from './connection.ts';
import type { Session } from './session.ts';
import { flag, json, plain, Table } from './table.ts';

const users = new Table<StoredUser>('users', {
  id: plain('id'),
  name: plain('name'),
  admin: flag('admin'),
  auditor: flag('auditor'),
  kind: plain('kind'),
  projectId: plain('project_id'),
  createdById: plain('created_by_id'),
  disabledAt: plain('disabled_at'),
  createdAt: plain('created_at'),
});

const tokens = new Table<StoredToken>('tokens', {
  id: plain('id'),
  userId: plain('user_id'),
  name: plain('name'),
  scope: json('scope'),
  hash: plain('hash'),
  createdAt: plain('created_at'),
  expiresAt: plain('expires_at'),
  lastUsedAt: plain('last_used_at'),
  kind: plain('kind'),
  madeById: plain('made_by_id'),
  client: plain('client'),
  address: plain('address'),
});

const usualUser = { auditor: false, kind: 'person', projectId: null, createdById: null, disabledAt: null } as const;
const usualToken = { kind: 'token', madeById: null, client: null, address: null } as const;

const sql = {
  users: `SELECT ${users.select} FROM users ORDER BY created_at, id`,
  user: `SELECT ${users.select} FROM users WHERE id = ?`,
  tokensOf: `SELECT ${tokens.select} FROM tokens WHERE user_id = ? ORDER BY created_at DESC, id`,
  tokenByHash: `SELECT ${tokens.select} FROM tokens WHERE hash = ?`,
  token: `SELECT ${tokens.select} FROM tokens WHERE id = ?`,
  deleteToken: 'DELETE FROM tokens WHERE id = ?',
  deleteTokensOf: `DELETE FROM tokens WHERE user_id = ? AND scope ->> '$.kind' <> 'run' AND id <> 'port-file'`,
  tokenCounts: `SELECT user_id AS userId, count(*) AS tokens, max(last_used_at) AS lastUsedAt FROM tokens
    WHERE scope ->> '$.kind' <> 'run' AND coalesce(expires_at, 9e15) > ? GROUP BY user_id`,
  touch: `UPDATE tokens SET last_used_at = ?, client = coalesce(?, client), address = coalesce(?, address) WHERE id = ?`,
  // A person's own role, and those of their groups.
  role: `SELECT role FROM members WHERE project_id = ?1 AND user_id = ?2
    UNION ALL SELECT role FROM group_roles JOIN group_members ON group_members.group_id = group_roles.group_id
      WHERE group_roles.project_id = ?1 AND group_members.user_id = ?2`,
  projectsOf: `SELECT project_id AS projectId, role FROM members WHERE user_id = ?1
    UNION ALL SELECT project_id, role FROM group_roles JOIN group_members ON group_members.group_id = group_roles.group_id
      WHERE group_members.user_id = ?1
    ORDER BY projectId`,
  members: `SELECT ${users.select}, members.role FROM members JOIN users ON users.id = members.user_id
    WHERE members.project_id = ? ORDER BY users.name, users.id`,
  groupsOf: 'SELECT group_id AS id FROM group_members WHERE user_id = ? ORDER BY group_id',
  setMember: `INSERT INTO members (project_id, user_id, role) VALUES (?, ?, ?)
    ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role`,
  removeMember: 'DELETE FROM members WHERE project_id = ? AND user_id = ?',
} as const;

export class SqliteAccessStore implements AccessStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async users(): Promise<readonly StoredUser[]> {
    return this.#session.all<Row>(sql.users).map((row) => users.read(row));
  }

  async user(id: string): Promise<StoredUser | null> {
    const row = this.#session.get<Row>(sql.user, id);
    return row ? users.read(row) : null;
  }

  async insertUser(user: NewUser): Promise<void> {
    users.insert(this.#session, { ...usualUser, ...user });
  }

  async updateUser(id: string, change: Partial<StoredUser>): Promise<void> {
    users.update(this.#session, change, { column: 'id', is: id });
  }

  async tokens(userId: string): Promise<readonly KeptToken[]> {
    return this.#session.all<Row>(sql.tokensOf, userId).map((row) => withoutHash(tokens.read(row)));
  }

  async tokenByHash(hash: string): Promise<StoredToken | null> {
    const row = this.#session.get<Row>(sql.tokenByHash, hash);
    return row ? tokens.read(row) : null;
  }

  async token(id: string): Promise<KeptToken | null> {
    const row = this.#session.get<Row>(sql.token, id);
    return row ? withoutHash(tokens.read(row)) : null;
  }

  async insertToken(token: NewToken): Promise<void> {
    tokens.insert(this.#session, { ...usualToken, ...token });
  }

  async deleteToken(id: string): Promise<void> {
    this.#session.run(sql.deleteToken, id);
  }

  async deleteTokensOf(userId: string): Promise<number> {
    return this.#session.run(sql.deleteTokensOf, userId);
  }

  async tokenCounts(now: number): Promise<ReadonlyMap<string, TokenCount>> {
    const rows = this.#session.all<TokenCount & { userId: string }>(sql.tokenCounts, now);
    return new Map(rows.map(({ userId, ...count }) => [userId, count]));
  }

  async touchToken(id: string, at: number, use?: TokenUse): Promise<void> {
    this.#session.run(sql.touch, at, use?.client ?? null, use?.address ?? null, id);
  }

  async role(projectId: string, userId: string): Promise<ProjectRole | null> {
    return highest(this.#session.all<{ role: ProjectRole }>(sql.role, projectId, userId));
  }

  async projectsOf(userId: string): Promise<readonly { readonly projectId: string; readonly role: ProjectRole }[]> {
    const rows = this.#session.all<{ projectId: string; role: ProjectRole }>(sql.projectsOf, userId);
    return Map.groupBy(rows, ({ projectId }) => projectId)
      .entries()
      .map(([projectId, own]) => ({ projectId, role: highest(own) ?? 'viewer' }))
      .toArray();
  }

  async members(projectId: string): Promise<readonly { readonly user: User; readonly role: ProjectRole }[]> {
    const rows = this.#session.all<Row & { role: ProjectRole }>(sql.members, projectId);
    return rows.map((row) => ({ user: users.read(row), role: row.role }));
  }

  async groupsOf(userId: string): Promise<readonly string[]> {
    return this.#session.all<{ id: string }>(sql.groupsOf, userId).map(({ id }) => id);
  }

  async setMember(projectId: string, userId: string, role: ProjectRole | null): Promise<void> {
    if (role === null) this.#session.run(sql.removeMember, projectId, userId);
    else this.#session.run(sql.setMember, projectId, userId, role);
  }
}

function highest(rows: readonly { readonly role: ProjectRole }[]): ProjectRole | null {
  return projectRoles.findLast((role) => rows.some((row) => row.role === role)) ?? null;
}

function withoutHash({ hash: _hash, ...token }: StoredToken): KeptToken {
  return token;
}
