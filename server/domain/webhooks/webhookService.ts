/**
 * The webhooks of the server: made, changed, tried and deleted by
 * administrators. A secret goes in and never comes out again.
 */
import { randomUUID } from 'node:crypto';
import type { EventType } from '../../../protocol/events.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Call } from '../shared/call.ts';
import { DomainError, messageOf } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store, Stores } from '../shared/store.ts';
import { bodyOf, headersOf } from './message.ts';
import type { Delivery, SecretBox, StoredWebhook, WebhookChange, WebhookEvent, WebhookSender } from './ports.ts';
import { exampleOf, webhookActions } from './webhookEvents.ts';

export type WebhookDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly sender: WebhookSender;
  readonly secrets: SecretBox;
};

export type WebhookFields = Pick<StoredWebhook, 'name' | 'description' | 'url' | 'events' | 'status'> & {
  readonly secret: string | null;
};

export const webhookLimits = { webhooks: 100, shownDeliveries: 200 } as const;

export type Tried = {
  readonly success: boolean;
  readonly status: number | null;
  readonly body: string | null;
  readonly error: string | null;
};

export class WebhookService {
  readonly #deps: WebhookDependencies;

  constructor(deps: WebhookDependencies) {
    this.#deps = deps;
  }

  list(): Promise<readonly StoredWebhook[]> {
    return this.#deps.store.read(({ webhooks }) => webhooks.webhooks());
  }

  get(id: string): Promise<StoredWebhook> {
    return this.#deps.store.read((stores) => existing(stores, id));
  }

  deliveries(id: string): Promise<readonly Delivery[]> {
    return this.#deps.store.read(async (stores) => {
      await existing(stores, id);
      return await stores.webhooks.deliveries(id, webhookLimits.shownDeliveries);
    });
  }

  async create(fields: WebhookFields, call: Call): Promise<StoredWebhook> {
    this.#check(fields);
    const at = this.#deps.clock.now();
    const webhook: StoredWebhook = {
      ...fields,
      id: randomUUID(),
      secret: this.#sealed(fields.secret),
      createdAt: at,
      updatedAt: at,
      failingSince: null,
    };
    await this.#deps.store.write(async (stores) => {
      if ((await stores.webhooks.webhooks()).length >= webhookLimits.webhooks) throw tooMany();
      await stores.webhooks.insertWebhook(webhook);
      await this.#tell(stores, 'webhook.created', { webhook, call });
    });
    this.#deps.feed.committed();
    return webhook;
  }

  /** A webhook that is made active again begins anew: it is not failing. */
  async update(id: string, fields: Partial<WebhookFields>, call: Call): Promise<StoredWebhook> {
    this.#check(fields);
    const { secret, ...others } = fields;
    const change: WebhookChange = {
      ...others,
      ...(secret !== undefined && { secret: this.#sealed(secret) }),
      ...(fields.status === 'ACTIVE' && { failingSince: null }),
      updatedAt: this.#deps.clock.now(),
    };
    const updated = await this.#deps.store.write(async (stores) => {
      const webhook = await existing(stores, id);
      await stores.webhooks.updateWebhook(id, change);
      await this.#tell(stores, 'webhook.updated', { webhook, call });
      return { ...webhook, ...change };
    });
    this.#deps.feed.committed();
    return updated;
  }

  async delete(id: string, call: Call): Promise<void> {
    await this.#deps.store.write(async (stores) => {
      const webhook = await existing(stores, id);
      await stores.webhooks.deleteWebhook(id);
      await this.#tell(stores, 'webhook.deleted', { webhook, call });
    });
    this.#deps.feed.committed();
  }

  /** Sends an example at once, and says what came back. */
  async test(id: string, event: WebhookEvent | null, call: Call): Promise<Tried> {
    const webhook = await this.get(id);
    const tried = event ?? webhook.events[0];
    if (tried === undefined) throw new DomainError('invalid-input', 'The webhook has no event.', { field: 'event' });
    checkEvents([tried]);
    try {
      const now = this.#deps.clock.now();
      const body = bodyOf(tried, exampleOf(tried), now);
      const headers = headersOf({ id: randomUUID(), body, secret: openSecret(webhook, this.#deps.secrets), now });
      const answer = await this.#deps.sender.send({ url: webhook.url, headers, body, signal: call.signal });
      return { success: answer.status < 400, ...answer, error: null };
    } catch (error) {
      return { success: false, status: null, body: null, error: messageOf(error) };
    }
  }

  #check({ url, events }: Partial<WebhookFields>): void {
    if (url !== undefined) this.#deps.sender.check(url);
    if (events !== undefined) checkEvents(events);
  }

  #sealed(secret: string | null): string | null {
    return secret === null || secret === '' ? null : this.#deps.secrets.seal(secret);
  }

  /** Neither address nor secret: everybody reads events that belong to no project. */
  async #tell(stores: Stores, type: EventType, about: { webhook: StoredWebhook; call: Call }): Promise<void> {
    const { webhook, call } = about;
    const at = this.#deps.clock.now();
    await stores.events.append({ type, actor: actorOf(call.caller), subject: {}, detail: { name: webhook.name }, at });
  }
}

/** Null where there is none; throws where there is one that cannot be read, as nothing goes out unsigned then. */
export function openSecret({ secret }: StoredWebhook, secrets: SecretBox): string | null {
  if (secret === null) return null;
  const opened = secrets.open(secret);
  if (opened !== null) return opened;
  throw new Error("The webhook's secret can no longer be read, as the server's key has changed. Set the secret again.");
}

async function existing(stores: Stores, id: string): Promise<StoredWebhook> {
  const webhook = await stores.webhooks.webhook(id);
  if (webhook !== null) return webhook;
  throw new DomainError('not-found', `Webhook with ID ${id} not found.`, {
    field: 'webhook_id',
    remedy: 'Check the id.',
  });
}

function checkEvents(events: readonly WebhookEvent[]): void {
  for (const { entity, action } of events) {
    const actions = Object.hasOwn(webhookActions, entity) ? webhookActions[entity] : undefined;
    if (actions?.includes(action)) continue;
    const known = Object.entries(webhookActions).flatMap(([name, own]) => own.map((each) => `${name}.${each}`));
    throw new DomainError('invalid-input', `There is no webhook event ${entity}.${action}.`, {
      field: 'events',
      remedy: `Use ${known.join(', ')}.`,
    });
  }
}

function tooMany(): DomainError {
  return new DomainError('too-large', `There can be at most ${webhookLimits.webhooks} webhooks.`, {
    remedy: 'Delete one that is not needed.',
  });
}
