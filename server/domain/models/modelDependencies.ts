/** What the services of models are given, and the look-ups that they share. */
import type { EventSubject, EventType } from '../../../protocol/events.ts';
import type { EventFeed } from '../events/ports.ts';
import type { LoggingAccess } from '../shared/access.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import {
  type LoggedModel,
  type ModelVersionRecord,
  promptTag,
  type RegisteredModelRecord,
  type Texts,
} from './ports.ts';

export type ModelDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly access: LoggingAccess;
  readonly feed: EventFeed;
};

export type ModelEvent = {
  readonly type: EventType;
  readonly subject: EventSubject;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
};

export async function tell(stores: Stores, event: ModelEvent, by: { readonly caller: Caller; readonly at: number }) {
  await stores.events.append({ ...event, actor: actorOf(by.caller), at: by.at });
}

export async function existingLoggedModel(stores: Stores, id: string): Promise<LoggedModel> {
  const model = await stores.loggedModels.model(id);
  if (model !== null && model.deletedAt === null) return model;
  throw new DomainError('not-found', `Logged model with ID '${id}' not found.`, { field: 'model_id' });
}

export async function existingRegistered(stores: Stores, name: string): Promise<RegisteredModelRecord> {
  const model = await stores.registry.model(name);
  if (model !== null) return model;
  throw new DomainError('not-found', `Registered Model with name=${name} not found`, { field: 'name' });
}

export async function existingVersion(
  stores: Stores,
  { name, version }: { readonly name: string; readonly version: number },
): Promise<ModelVersionRecord> {
  const found = await stores.registry.version(name, version);
  if (found !== null) return found;
  throw new DomainError('not-found', `Model Version (name=${name}, version=${version}) not found`, {
    field: 'version',
  });
}

/** For whoever is told of events: prompts are registered models, and are spoken of by another name. */
export function kindOf(tags: Texts): { readonly prompt?: true } {
  return tags[promptTag] === 'true' ? { prompt: true } : {};
}
