/**
 * The `session` entries: the handshake, a person's tokens, the people. A
 * token's secret leaves here once, when it is made.
 */
import { randomUUID } from 'node:crypto';
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
import type { Call } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { AccessService } from './accessService.ts';
import { hashSecret, newSecret } from './secret.ts';

export type SessionServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly access: Pick<AccessService, 'forgetToken'>;
  /** This server: identity from its data folder, version of the product, time of its start. */
  readonly server: { readonly id: string; readonly version: string; readonly startedAt: number };
};

const dayMs = 86_400_000;

export class SessionService {
  readonly #deps: SessionServiceDependencies;

  constructor(deps: SessionServiceDependencies) {
    this.#deps = deps;
  }

  async hello(input: HelloInput, { caller }: Call): Promise<Hello> {
    requireCommonVersion(input);
    const { store, server } = this.#deps;
    const { user, clock } = await store.read(async ({ access, events }) => ({
      user: await access.user(caller.userId),
      clock: await events.clock(),
    }));
    return {
      serverId: server.id,
      version: server.version,
      protocol: Math.min(input.protocol, protocolVersion.current),
      user: user ?? { id: caller.userId, name: caller.userName, admin: caller.admin, createdAt: server.startedAt },
      scope: caller.scope,
      clock,
      startedAt: server.startedAt,
    };
  }

  async listTokens(_input: unknown, { caller }: Call): Promise<readonly Token[]> {
    requireFullScope(caller, 'list tokens');
    const tokens = await this.#deps.store.read(({ access }) => access.tokens(caller.userId));
    // The tokens of running jobs come and go with them.
    return tokens.filter(({ scope }) => scope.kind !== 'run').map(withoutHash);
  }

  async createToken(input: CreateTokenInput, { caller }: Call): Promise<CreatedToken> {
    requireFullScope(caller, 'make tokens');
    const userId = input.userId ?? caller.userId;
    if (userId !== caller.userId && !caller.admin) {
      throw new DomainError('role-missing', 'Only an administrator makes tokens for somebody else.', {
        field: 'userId',
        remedy: 'Leave it out to make one for yourself, or ask an administrator.',
      });
    }
    const now = this.#deps.clock.now();
    const secret = newSecret();
    const token: Token = {
      id: randomUUID(),
      userId,
      name: input.name,
      scope: input.scope,
      createdAt: now,
      expiresAt: input.expiresInDays === null ? null : now + Math.round(input.expiresInDays * dayMs),
      lastUsedAt: null,
    };
    await this.#deps.store.write(async (stores) => {
      await requireUser(stores, userId);
      await requireReachable(stores, token);
      await stores.access.insertToken({ ...token, hash: hashSecret(secret) });
      const subject = { userId, tokenId: token.id };
      await stores.events.append({ type: 'token.created', actor: actorOf(caller), subject, at: now });
    });
    this.#deps.feed.committed();
    return { token, secret };
  }

  async revokeToken({ tokenId }: { readonly tokenId: string }, { caller }: Call): Promise<Record<string, never>> {
    requireFullScope(caller, 'revoke tokens');
    const { store, clock, access, feed } = this.#deps;
    await store.write(async (stores) => {
      const token = await stores.access.token(tokenId);
      if (token === null || (token.userId !== caller.userId && !caller.admin)) {
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

  async listUsers(_input: unknown, { caller }: Call): Promise<readonly User[]> {
    if (caller.scope.kind === 'run') requireFullScope(caller, 'list people');
    return this.#deps.store.read(({ access }) => access.users());
  }

  async createUser(input: CreateUserInput, { caller }: Call): Promise<User> {
    const { store, clock, feed } = this.#deps;
    const user: User = { ...input, createdAt: clock.now() };
    await store.write(async (stores) => {
      if ((await stores.access.user(user.id)) !== null) {
        throw new DomainError('already-exists', `There already is a person ${user.id}.`, {
          field: 'id',
          remedy: 'Choose another id.',
        });
      }
      await stores.access.insertUser(user);
      const subject = { userId: user.id };
      await stores.events.append({ type: 'user.created', actor: actorOf(caller), subject, at: user.createdAt });
    });
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

async function requireUser(stores: Stores, userId: string): Promise<void> {
  if ((await stores.access.user(userId)) !== null) return;
  throw new DomainError('not-found', `There is no person ${userId}.`, {
    field: 'userId',
    remedy: 'Create the person first.',
  });
}

/** A token is refused for what its user could not reach, so that a mistake shows when it is made. */
async function requireReachable(stores: Stores, { scope, userId }: Token): Promise<void> {
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

/** Stores may answer more than the wire may show. */
function withoutHash({ id, userId, name, scope, createdAt, expiresAt, lastUsedAt }: Token): Token {
  return { id, userId, name, scope, createdAt, expiresAt, lastUsedAt };
}
