/**
 * The `session` entries: the handshake, a person's tokens, the people. A
 * token's secret leaves here once, when it is made.
 */
import { randomUUID } from 'node:crypto';
import type { PasswordState, SetPasswordInput } from '../../../protocol/model/password.ts';
import type {
  CreatedToken,
  CreateTokenInput,
  CreateUserInput,
  Hello,
  HelloInput,
  Token,
  User,
} from '../../../protocol/model/session.ts';
import { protocolVersion } from '../../../protocol/version.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { AccessService } from './accessService.ts';
import { addUser } from './addUser.ts';
import type { PasswordService } from './passwordService.ts';
import { caresFor } from './requireRole.ts';
import { hashSecret, newSecret } from './secret.ts';
import { tokensOf } from './shownToken.ts';

export type SessionServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly access: Pick<AccessService, 'authorize' | 'forgetToken' | 'noteClient'>;
  readonly passwords: Pick<PasswordService, 'state' | 'setOwn'>;
  /** This server: identity from its data folder, version of the product, time of its start. */
  readonly server: { readonly id: string; readonly version: string; readonly startedAt: number };
};

const dayMs = 86_400_000;
const panelName = 'panel';

export class SessionService {
  readonly #deps: SessionServiceDependencies;

  constructor(deps: SessionServiceDependencies) {
    this.#deps = deps;
  }

  async hello(input: HelloInput, { caller }: Call): Promise<Hello> {
    requireCommonVersion(input);
    const { store, server, access: accounts } = this.#deps;
    // Panels speak for the program that shows them, which has said its name itself.
    if (input.client.name !== panelName) accounts.noteClient(caller, `${input.client.name} ${input.client.version}`);
    const { user, clock } = await store.read(async ({ access, events }) => ({
      user: await access.user(caller.userId),
      clock: await events.clock(),
    }));
    return {
      serverId: server.id,
      version: server.version,
      protocol: Math.min(input.protocol, protocolVersion.current),
      user: user ?? unknownUser(caller, server.startedAt),
      scope: caller.scope,
      clock,
      startedAt: server.startedAt,
    };
  }

  password(input: unknown, call: Call): Promise<PasswordState> {
    return this.#deps.passwords.state(input, call);
  }

  setPassword(input: SetPasswordInput, call: Call): Promise<PasswordState> {
    return this.#deps.passwords.setOwn(input, call);
  }

  async listTokens(_input: unknown, { caller }: Call): Promise<readonly Token[]> {
    requireFullScope(caller, 'list tokens');
    return this.#deps.store.read((stores) => tokensOf(stores, caller.userId, caller));
  }

  async createToken(input: CreateTokenInput, { caller }: Call): Promise<CreatedToken> {
    requireFullScope(caller, 'make tokens');
    const { store, clock, access, feed } = this.#deps;
    const userId = input.userId ?? caller.userId;
    if (userId !== caller.userId) await access.authorize(caller, { kind: 'account', of: 'userId' }, { userId });
    const now = clock.now();
    const secret = newSecret();
    const { name, scope, expiresInDays } = input;
    const expiresAt = expiresInDays === null ? null : now + Math.round(expiresInDays * dayMs);
    const id = randomUUID();
    const token = await store.write(async (stores) => {
      await requireEnabled(stores, userId);
      await requireReachable(stores, { scope, userId });
      const times = { createdAt: now, expiresAt, lastUsedAt: null };
      await stores.access.insertToken({
        ...{ id, userId, name, scope, ...times },
        madeById: caller.userId,
        hash: hashSecret(secret),
      });
      const detail = { name, scope: scope.kind, expiresAt };
      const event = {
        type: 'token.created',
        actor: actorOf(caller),
        subject: { userId, tokenId: id },
        detail,
      } as const;
      await stores.events.append({ ...event, at: now });
      return requireToken(await tokensOf(stores, userId, caller), id);
    });
    feed.committed();
    return { token, secret };
  }

  async revokeToken({ tokenId }: { readonly tokenId: string }, { caller }: Call): Promise<Record<string, never>> {
    requireFullScope(caller, 'revoke tokens');
    const { store, clock, access, feed } = this.#deps;
    await store.write(async (stores) => {
      const token = await stores.access.token(tokenId);
      if (token === null || !(await mayEnd(stores, caller, token.userId))) {
        throw new DomainError('not-found', `There is no token ${tokenId}.`, { field: 'tokenId' });
      }
      await stores.access.deleteToken(tokenId);
      const subject = { userId: token.userId, tokenId };
      await stores.events.append({ type: 'token.revoked', actor: actorOf(caller), subject, at: clock.now() });
    });
    access.forgetToken(tokenId);
    feed.committed();
    return {};
  }

  /** A session ends with signing out; a token that somebody pasted was made for more than this. */
  async signOut(_input: unknown, { caller }: Call): Promise<Record<string, never>> {
    const { store, clock, access, feed } = this.#deps;
    const { tokenId, userId } = caller;
    const hasEnded = await store.write(async (stores) => {
      const token = tokenId === null ? null : await stores.access.token(tokenId);
      if (token?.kind !== 'session') return false;
      await stores.access.deleteToken(token.id);
      const subject = { userId, tokenId: token.id };
      await stores.events.append({ type: 'token.revoked', actor: actorOf(caller), subject, at: clock.now() });
      return true;
    });
    if (hasEnded && tokenId !== null) access.forgetToken(tokenId);
    if (hasEnded) feed.committed();
    return {};
  }

  async listUsers(_input: unknown, { caller }: Call): Promise<readonly User[]> {
    if (caller.scope.kind === 'run') requireFullScope(caller, 'list people');
    return this.#deps.store.read(({ access }) => access.users());
  }

  async createUser(input: CreateUserInput, { caller }: Call): Promise<User> {
    const { store, clock, feed } = this.#deps;
    const user = await store.write((stores) =>
      addUser(stores, { ...input, projectId: null }, { caller, at: clock.now() }),
    );
    feed.committed();
    return user;
  }
}

function requireCommonVersion(input: HelloInput): void {
  const { current, oldest } = protocolVersion;
  if (input.protocol < oldest) {
    throw new DomainError(
      'client-too-old',
      `${input.client.name} ${input.client.version} speaks protocol ${input.protocol}; this server needs ${oldest} or newer.`,
      { field: 'protocol', remedy: 'Update the extension or command line.' },
    );
  }
  if ((input.oldest ?? 1) > current) {
    throw new DomainError(
      'server-too-old',
      `${input.client.name} ${input.client.version} needs protocol ${input.oldest}; this server speaks ${current}.`,
      { field: 'oldest', remedy: 'Update the server, or install the extension of its version.' },
    );
  }
}

function unknownUser({ userId: id, userName: name, admin }: Caller, createdAt: number): User {
  return { id, name, admin, auditor: false, kind: 'person', disabledAt: null, createdAt };
}

async function requireEnabled(stores: Stores, userId: string): Promise<void> {
  const user = await stores.access.user(userId);
  if (user === null) {
    throw new DomainError('not-found', `There is no account ${userId}.`, {
      field: 'userId',
      remedy: 'Add the person or the service account first.',
    });
  }
  if (user.disabledAt === null) return;
  throw new DomainError('wrong-state', `The account ${userId} is disabled.`, {
    field: 'userId',
    remedy: 'Enable it first.',
  });
}

async function mayEnd(stores: Stores, caller: Caller, userId: string): Promise<boolean> {
  return userId === caller.userId || (await caresFor(stores, caller, userId));
}

function requireToken(tokens: readonly Token[], id: string): Token {
  const token = tokens.find((one) => one.id === id);
  if (token === undefined) throw new Error('a token that was just written is not there');
  return token;
}

/** A token is refused for what its user could not reach, so that a mistake shows when it is made. */
async function requireReachable(stores: Stores, { scope, userId }: Pick<Token, 'scope' | 'userId'>): Promise<void> {
  if (scope.kind === 'user') return;
  if (scope.kind === 'run') {
    throw new DomainError('invalid-input', 'Tokens for a run are made by the server when it starts.', {
      field: 'scope.kind',
      remedy: 'Choose the scope user or project.',
    });
  }
  const isAdmin = (await stores.access.user(userId))?.admin === true;
  const project = await stores.projects.project(scope.projectId);
  if (project !== null && (isAdmin || (await stores.access.role(scope.projectId, userId)) !== null)) return;
  throw new DomainError('not-found', `There is no project ${scope.projectId}.`, { field: 'scope.projectId' });
}
