/** Groups, who is in them, and the roles that they give, in SQLite. */
import type { ProjectRole } from '../../../protocol/model/session.ts';
import type { GroupStore, StoredGroup } from '../../domain/governance/ports.ts';
import type { Row } from './connection.ts';
import type { Session } from './session.ts';
import { plain, Table } from './table.ts';

const groups = new Table<StoredGroup>('user_groups', {
  id: plain('id'),
  name: plain('name'),
  createdAt: plain('created_at'),
});

const sql = {
  groups: `SELECT ${groups.select} FROM user_groups ORDER BY name, id`,
  group: `SELECT ${groups.select} FROM user_groups WHERE id = ?`,
  members: 'SELECT user_id AS id FROM group_members WHERE group_id = ? ORDER BY user_id',
  addMember: 'INSERT INTO group_members (group_id, user_id) VALUES (?, ?)',
  dropMembers: 'DELETE FROM group_members WHERE group_id = ?',
  dropRoles: 'DELETE FROM group_roles WHERE group_id = ?',
  dropGroup: 'DELETE FROM user_groups WHERE id = ?',
  roles: `SELECT ${groups.select}, group_roles.role FROM group_roles JOIN user_groups ON user_groups.id = group_roles.group_id
    WHERE group_roles.project_id = ? ORDER BY user_groups.name, user_groups.id`,
  setRole: `INSERT INTO group_roles (group_id, project_id, role) VALUES (?, ?, ?)
    ON CONFLICT (project_id, group_id) DO UPDATE SET role = excluded.role`,
  removeRole: 'DELETE FROM group_roles WHERE group_id = ? AND project_id = ?',
} as const;

export class SqliteGroupStore implements GroupStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async groups(): Promise<readonly StoredGroup[]> {
    return this.#session.all<Row>(sql.groups).map((row) => groups.read(row));
  }

  async group(id: string): Promise<StoredGroup | null> {
    const row = this.#session.get<Row>(sql.group, id);
    return row ? groups.read(row) : null;
  }

  async members(id: string): Promise<readonly string[]> {
    return this.#session.all<{ id: string }>(sql.members, id).map((row) => row.id);
  }

  async putGroup(group: StoredGroup, userIds: readonly string[]): Promise<void> {
    if ((await this.group(group.id)) === null) groups.insert(this.#session, group);
    else groups.update(this.#session, { name: group.name }, { column: 'id', is: group.id });
    this.#session.run(sql.dropMembers, group.id);
    for (const userId of new Set(userIds)) this.#session.run(sql.addMember, group.id, userId);
  }

  async deleteGroup(id: string): Promise<void> {
    for (const statement of [sql.dropMembers, sql.dropRoles, sql.dropGroup]) this.#session.run(statement, id);
  }

  async rolesIn(projectId: string): ReturnType<GroupStore['rolesIn']> {
    const rows = this.#session.all<Row & { role: ProjectRole }>(sql.roles, projectId);
    return rows.map((row) => ({ group: groups.read(row), role: row.role }));
  }

  async setRole(groupId: string, projectId: string, role: ProjectRole | null): Promise<void> {
    if (role === null) this.#session.run(sql.removeRole, groupId, projectId);
    else this.#session.run(sql.setRole, groupId, projectId, role);
  }
}
