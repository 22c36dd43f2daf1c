import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { AuditFilter } from '../../../protocol/model/audit.ts';
import type { ProjectRole, Token, TokenScope, User } from '../../../protocol/model/session.ts';

export type StoredUser = User & {
  /** Of a service account: the project whose owners look after it; null leaves it to administrators. */
  readonly projectId: string | null;
  readonly createdById: string | null;
};
export type NewUser = Pick<StoredUser, 'id' | 'name' | 'admin' | 'createdAt'> & Partial<StoredUser>;

export type KeptToken = Omit<Token, 'madeBy' | 'current'> & { readonly madeById: string | null };
export type StoredToken = KeptToken & { readonly hash: string };
type UsualToken = Pick<StoredToken, 'kind' | 'madeById' | 'client' | 'address'>;
export type NewToken = Omit<StoredToken, keyof UsualToken> & Partial<UsualToken>;

export type TokenCount = { readonly tokens: number; readonly lastUsedAt: number | null };

/** Which program used a token, and from where; null where it does not say. */
export type TokenUse = { readonly client: string | null; readonly address: string | null };

export interface AccessStore {
  users(): Promise<readonly StoredUser[]>;
  user(id: string): Promise<StoredUser | null>;
  insertUser(user: NewUser): Promise<void>;
  updateUser(id: string, change: Partial<StoredUser>): Promise<void>;
  /** Newest first. */
  tokens(userId: string): Promise<readonly KeptToken[]>;
  /** By the lower-case hex SHA-256 of the secret. */
  tokenByHash(hash: string): Promise<StoredToken | null>;
  token(id: string): Promise<KeptToken | null>;
  insertToken(token: NewToken): Promise<void>;
  deleteToken(id: string): Promise<void>;
  /** All that a person or program uses: not those of running jobs, nor this machine's own. Answers how many. */
  deleteTokensOf(userId: string): Promise<number>;
  /** By account, of those that count at a time; not those of running jobs. */
  tokenCounts(now: number): Promise<ReadonlyMap<string, TokenCount>>;
  /** What is null in the use stays as it was. */
  touchToken(id: string, at: number, use?: TokenUse): Promise<void>;
  /** The highest of their own and those of their groups. */
  role(projectId: string, userId: string): Promise<ProjectRole | null>;
  /** Projects in which the user has a role. */
  projectsOf(userId: string): Promise<readonly { readonly projectId: string; readonly role: ProjectRole }[]>;
  /** People with a role of their own. */
  members(projectId: string): Promise<readonly { readonly user: User; readonly role: ProjectRole }[]>;
  /** Ids of the groups that the user is in. */
  groupsOf(userId: string): Promise<readonly string[]>;
  setMember(projectId: string, userId: string, role: ProjectRole | null): Promise<void>;
}

export type StoredPassword = { readonly hash: string; readonly changedAt: number };
/** By which somebody sets a password, once; kept by the hash of it. */
export type PasswordCode = { readonly hash: string; readonly userId: string; readonly expiresAt: number };
/** Whom an identity provider knows as which account. */
export type Identity = {
  readonly issuer: string;
  readonly subject: string;
  readonly userId: string;
  readonly createdAt: number;
};

export interface CredentialStore {
  password(userId: string): Promise<StoredPassword | null>;
  setPassword(userId: string, password: StoredPassword): Promise<void>;
  /** Whether anybody has a password, or may set one. */
  arePasswordsUsed(): Promise<boolean>;
  insertCode(code: PasswordCode): Promise<void>;
  code(hash: string): Promise<PasswordCode | null>;
  /** All of the account, and all that are too old. */
  deleteCodes(userId: string, now: number): Promise<void>;
  /** The account of an identity. */
  identity(issuer: string, subject: string): Promise<string | null>;
  insertIdentity(identity: Identity): Promise<void>;
  /** Ids of the accounts that can sign in so. */
  withPassword(): Promise<ReadonlySet<string>>;
  withIdentity(): Promise<ReadonlySet<string>>;
}

/** Makes and compares hashes of passwords, in a time that tells nothing. */
export interface PasswordHasher {
  readonly isAvailable: boolean;
  make(password: string): Promise<string>;
  isRight(password: string, hash: string | null): Promise<boolean>;
  isOutdated(hash: string): boolean;
}

/** What a sign-in at a provider was begun with, and is finished with. */
export type BegunSignIn = {
  /** Where the browser goes. */
  readonly url: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
};

/** Somebody as a provider knows them. */
export type ProviderPerson = {
  readonly issuer: string;
  readonly subject: string;
  /** What an account of theirs would be called, before it fits. */
  readonly wantedId: string;
  readonly name: string;
  /** Null where the provider says nothing of groups. */
  readonly groups: readonly string[] | null;
};

export interface IdentityProvider {
  /** As people know it. */
  readonly name: string;
  begin(redirectUri: string): Promise<BegunSignIn>;
  /** Throws `token-unknown` for an answer that does not hold, `backend-unavailable` where there is none. */
  finish(callback: URL, begun: BegunSignIn): Promise<ProviderPerson>;
  /** Where one signs out of the provider as well; null where it has no such place. */
  signOutUrl(returnTo: string): Promise<string | null>;
}

export type { TokenScope };

export type StoredGroup = { readonly id: string; readonly name: string; readonly createdAt: number };

export interface GroupStore {
  /** By name. */
  groups(): Promise<readonly StoredGroup[]>;
  group(id: string): Promise<StoredGroup | null>;
  /** Ids of the people in it. */
  members(id: string): Promise<readonly string[]>;
  putGroup(group: StoredGroup, userIds: readonly string[]): Promise<void>;
  /** With its roles. */
  deleteGroup(id: string): Promise<void>;
  rolesIn(projectId: string): Promise<readonly { readonly group: StoredGroup; readonly role: ProjectRole }[]>;
  setRole(groupId: string, projectId: string, role: ProjectRole | null): Promise<void>;
}

/** Events that a filter lets through, on one side of a position. */
export type AuditQuery = AuditFilter & { readonly before?: number; readonly after?: number; readonly limit: number };

/** Links to check, behind a position whose hash is known; null hash: from the oldest event on. -1 is no limit. */
export type AuditRange = { readonly after: number; readonly hash: string | null; readonly limit: number };

/** Where checking came to, and the first position that does not follow. */
export type AuditLinks = {
  readonly checked: number;
  readonly after: number;
  readonly hash: string | null;
  readonly broken: number | null;
};

export interface AuditScans {
  /** Newest first. */
  auditSearch(query: AuditQuery, signal?: AbortSignal): Promise<readonly FlywheelEvent[]>;
  auditLinks(range: AuditRange, signal?: AbortSignal): Promise<AuditLinks>;
  /** Oldest first, each a line of JSON; `to` is the position of the last one, 0 without one. */
  auditLines(
    query: AuditQuery,
    signal?: AbortSignal,
  ): Promise<{ readonly lines: readonly string[]; readonly to: number }>;
}
