/** The `secrets` entries. No answer and no event has a value in it. */
import { mostSecrets, type Secret, type SetSecretInput } from '../../../protocol/model/secret.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf, personOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store, Stores } from '../shared/store.ts';
import type { SecretBox } from '../webhooks/ports.ts';
import type { SecretHome, StoredSecret } from './ports.ts';

export type SecretServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly box: SecretBox;
};

type OfProject = { readonly projectId: string };
type Named = { readonly name: string };
type Done = Record<never, never>;

export class SecretService {
  readonly #deps: SecretServiceDependencies;

  constructor(deps: SecretServiceDependencies) {
    this.#deps = deps;
  }

  list({ projectId }: OfProject, _call: Call): Promise<readonly Secret[]> {
    return this.#list({ projectId });
  }

  set({ projectId, ...secret }: SetSecretInput, call: Call): Promise<Secret> {
    return this.#set({ projectId }, secret, call);
  }

  delete({ projectId, name }: OfProject & Named, call: Call): Promise<Done> {
    return this.#delete({ projectId }, name, call);
  }

  async listOwn(_input: unknown, { caller }: Call): Promise<readonly Secret[]> {
    requireFullScope(caller, 'list your secrets');
    return this.#list({ userId: caller.userId });
  }

  async setOwn(secret: Named & { readonly value: string }, call: Call): Promise<Secret> {
    requireFullScope(call.caller, 'set secrets of yours');
    return this.#set({ userId: call.caller.userId }, secret, call);
  }

  async deleteOwn({ name }: Named, call: Call): Promise<Done> {
    requireFullScope(call.caller, 'delete secrets of yours');
    return this.#delete({ userId: call.caller.userId }, name, call);
  }

  #list(home: SecretHome): Promise<readonly Secret[]> {
    return this.#deps.store.read(async (stores) => {
      const kept = await stores.secrets.secrets(home);
      return Promise.all(kept.map((secret) => shown(stores, secret)));
    });
  }

  async #set(home: SecretHome, { name, value }: Named & { readonly value: string }, { caller }: Call): Promise<Secret> {
    const { store, clock, feed, box } = this.#deps;
    const now = clock.now();
    const sealed = box.seal(value);
    const set = await store.write(async (stores) => {
      const before = await stores.secrets.secret(home, name);
      if (before === null) await refuseTooMany(stores, home);
      const createdAt = before?.createdAt ?? now;
      const secret: StoredSecret = { name, sealed, createdAt, updatedAt: now, updatedById: caller.userId };
      await stores.secrets.putSecret(home, secret);
      const detail = { name, replaced: before !== null };
      await stores.events.append({ type: 'secret.set', actor: actorOf(caller), subject: home, detail, at: now });
      return shown(stores, secret);
    });
    feed.committed();
    return set;
  }

  async #delete(home: SecretHome, name: string, { caller }: Call): Promise<Done> {
    const { store, clock, feed } = this.#deps;
    await store.write(async (stores) => {
      if ((await stores.secrets.secret(home, name)) === null) throw unknownSecret(name);
      await stores.secrets.deleteSecret(home, name);
      const event = { type: 'secret.deleted', actor: actorOf(caller), subject: home, detail: { name } } as const;
      await stores.events.append({ ...event, at: clock.now() });
    });
    feed.committed();
    return {};
  }
}

function unknownSecret(name: string): DomainError {
  return new DomainError('not-found', `There is no secret ${name}.`, {
    field: 'name',
    remedy: 'Choose one of the list; it may have been deleted.',
  });
}

async function refuseTooMany(stores: Stores, home: SecretHome): Promise<void> {
  if ((await stores.secrets.secrets(home)).length < mostSecrets) return;
  throw new DomainError('too-large', `There are ${mostSecrets} secrets here already.`, {
    field: 'name',
    remedy: 'Delete one that is no longer used.',
  });
}

async function shown(stores: Stores, secret: StoredSecret): Promise<Secret> {
  const { name, createdAt, updatedAt, updatedById } = secret;
  return { name, createdAt, updatedAt, updatedBy: await personOf(stores, updatedById) };
}
