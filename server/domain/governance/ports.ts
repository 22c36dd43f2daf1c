import type { ProjectRole, Token, TokenScope, User } from '../../../protocol/model/session.ts';

export type StoredToken = Token & { readonly hash: string };

export interface AccessStore {
  users(): Promise<readonly User[]>;
  user(id: string): Promise<User | null>;
  insertUser(user: User): Promise<void>;
  tokens(userId: string): Promise<readonly Token[]>;
  /** By the lower-case hex SHA-256 of the secret. */
  tokenByHash(hash: string): Promise<StoredToken | null>;
  token(id: string): Promise<Token | null>;
  insertToken(token: StoredToken): Promise<void>;
  deleteToken(id: string): Promise<void>;
  touchToken(id: string, at: number): Promise<void>;
  role(projectId: string, userId: string): Promise<ProjectRole | null>;
  /** Projects in which the user has a role. */
  projectsOf(userId: string): Promise<readonly { readonly projectId: string; readonly role: ProjectRole }[]>;
  members(projectId: string): Promise<readonly { readonly user: User; readonly role: ProjectRole }[]>;
  setMember(projectId: string, userId: string, role: ProjectRole | null): Promise<void>;
}

export type { TokenScope };
