/**
 * Follows the event log and tells webhooks of it. Deliveries are made with the
 * position in the log in one transaction, so that none is lost when the server
 * stops anywhere; each is sent at least once, tried again at growing intervals,
 * and an address that has been failing for long is left alone.
 */
import { randomUUID } from 'node:crypto';
import type { FlywheelEvent } from '../../../protocol/events.ts';
import { messageOf } from '../shared/errors.ts';
import type { Log } from '../shared/ports.ts';
import type { Stores } from '../shared/store.ts';
import { pause, until, Wakeup } from '../shared/wakeup.ts';
import { bodyOf, headersOf } from './message.ts';
import type { Delivery, EventTail, StoredWebhook } from './ports.ts';
import { toldOf } from './webhookEvents.ts';
import { openSecret, type WebhookDependencies } from './webhookService.ts';

export type WebhookTiming = {
  /** Before the second attempt; each further one waits that many times longer. */
  readonly firstRetryMs: number;
  readonly factor: number;
  readonly attempts: number;
  /** After so long without success a webhook is disabled. */
  readonly patienceMs: number;
  /** How long what became of a message is kept. */
  readonly keptMs: number;
};

/** From five seconds to three hours over nine attempts, some five hours in all. */
export const webhookTiming: WebhookTiming = {
  firstRetryMs: 5000,
  factor: 2.5,
  attempts: 9,
  patienceMs: 24 * 3_600_000,
  keptMs: 30 * 24 * 3_600_000,
};

type FollowerDependencies = WebhookDependencies & {
  readonly hub: EventTail;
  readonly log: Log;
  readonly timing?: WebhookTiming;
};

const page = 100;
/** Answers that may be others later. */
const passing = new Set([408, 425, 429]);

export class WebhookFollower {
  readonly #deps: FollowerDependencies;
  readonly #timing: WebhookTiming;
  readonly #stopping = new AbortController();
  readonly #done = new Wakeup();
  /** Webhooks that a message is being sent to: one at a time each, so that a slow one delays no other. */
  readonly #busy = new Map<string, Promise<void>>();
  #running: Promise<void> = Promise.resolve();
  /** When the next message comes due, as far as is known; 0 after a change. */
  #due: number | null = 0;

  constructor(deps: FollowerDependencies) {
    this.#deps = deps;
    this.#timing = deps.timing ?? webhookTiming;
  }

  /** What happened before the first start is not told of. */
  async start(): Promise<void> {
    const position = await this.#deps.store.write(async ({ webhooks, events }) => {
      const known = await webhooks.cursor();
      const clock = known ?? (await events.clock());
      if (known === null) await webhooks.setCursor(clock);
      return clock;
    });
    this.#running = this.#run(position);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await Promise.all(this.#busy.values());
  }

  async #run(start: number): Promise<void> {
    const { signal } = this.#stopping;
    const listener = this.#deps.hub.listen();
    let position = start;
    try {
      while (!signal.aborted) {
        const changed = [listener.next(), this.#done.next()];
        listener.takeTouched();
        const next = await this.#step(position);
        if (next === position) await this.#rest(changed);
        position = next;
      }
    } finally {
      listener.close();
    }
  }

  async #step(position: number): Promise<number> {
    try {
      const events = await this.#deps.hub.after(position);
      const next = events.at(-1)?.clock ?? position;
      if (next !== position) await this.#enqueue(events, next);
      if (this.#due !== null && this.#due <= this.#deps.clock.now()) await this.#sendDue();
      return next;
    } catch (error) {
      this.#deps.log.warn('Webhooks not served', { error });
      await pause(1000, this.#stopping.signal);
      return position;
    }
  }

  /** Until something happens, or the next message comes due. */
  async #rest(changed: readonly Promise<unknown>[]): Promise<void> {
    const { signal } = this.#stopping;
    if (this.#due === null) return await until(signal, ...changed);
    const woken = new AbortController();
    // While its webhook is busy a message that is due waits for that one to be done.
    const wait = Math.min(Math.max(this.#due - this.#deps.clock.now(), this.#busy.size > 0 ? 1000 : 10), 60_000);
    await until(signal, ...changed, pause(wait, AbortSignal.any([signal, woken.signal])));
    woken.abort();
  }

  async #enqueue(events: readonly FlywheelEvent[], position: number): Promise<void> {
    const { store, clock } = this.#deps;
    const now = clock.now();
    await store.write(async (stores) => {
      await stores.webhooks.setCursor(position);
      const told = events.flatMap((event) => {
        const each = toldOf(event);
        return each === null ? [] : [{ ...each, clock: event.clock, at: event.at }];
      });
      if (told.length === 0) return;
      const webhooks = (await stores.webhooks.webhooks()).filter(({ status }) => status === 'ACTIVE');
      for (const each of told) {
        for (const webhook of webhooks.filter((one) => hears(one, each))) {
          const body = bodyOf(each, each.data, each.at);
          await stores.webhooks.enqueue(waiting({ ...each, webhookId: webhook.id, body, now }));
        }
      }
      await stores.webhooks.pruneDeliveries(now - this.#timing.keptMs);
    });
    this.#due = 0;
  }

  async #sendDue(): Promise<void> {
    const { store, clock } = this.#deps;
    const { due, next } = await store.read(async ({ webhooks }) => ({
      due: await webhooks.due(clock.now(), page),
      next: await webhooks.nextDue(),
    }));
    this.#due = next;
    for (const delivery of due) {
      const { webhookId } = delivery;
      if (this.#busy.has(webhookId) || this.#stopping.signal.aborted) continue;
      const sending = this.#deliver(delivery)
        .catch((error: unknown) => this.#deps.log.warn('Webhook delivery not recorded', { webhookId, error }))
        .finally(() => {
          this.#busy.delete(webhookId);
          this.#due = 0;
          this.#done.ring();
        });
      this.#busy.set(webhookId, sending);
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { store } = this.#deps;
    const webhook = await store.read(({ webhooks }) => webhooks.webhook(delivery.webhookId));
    if (webhook === null) return;
    const outcome = await this.#attempt(webhook, delivery);
    // Cut off by the end of the server: it is sent again after the next start.
    if (outcome.error !== null && this.#stopping.signal.aborted) return;
    await store.write((stores) => this.#record(stores, { webhook, delivery, outcome }));
  }

  async #attempt(webhook: StoredWebhook, { id, body }: Delivery): Promise<Outcome> {
    const { sender, secrets, clock } = this.#deps;
    try {
      const headers = headersOf({ id, body, secret: openSecret(webhook, secrets), now: clock.now() });
      const { status } = await sender.send({ url: webhook.url, headers, body, signal: this.#stopping.signal });
      if (status >= 200 && status < 300) return { status, error: null, final: true };
      const final = status < 500 && !passing.has(status);
      const why = status >= 300 && status < 400 ? 'answered with a redirect, which is not followed' : 'was refused';
      return { status, error: `The message ${why} (HTTP ${status}).`, final };
    } catch (error) {
      return { status: null, error: messageOf(error), final: false };
    }
  }

  async #record(
    stores: Stores,
    { webhook, delivery, outcome }: { webhook: StoredWebhook; delivery: Delivery; outcome: Outcome },
  ): Promise<void> {
    const now = this.#deps.clock.now();
    const attempts = delivery.attempts + 1;
    const { status, error } = outcome;
    const isOver = outcome.final || attempts >= this.#timing.attempts;
    const nextAt = now + this.#timing.firstRetryMs * this.#timing.factor ** (attempts - 1);
    const state = error === null ? 'delivered' : isOver ? 'failed' : 'waiting';
    const finishedAt = state === 'waiting' ? null : now;
    await stores.webhooks.updateDelivery(delivery.id, { state, attempts, nextAt, finishedAt, status, error });
    await this.#judge(stores, { webhook, failed: error !== null, now });
  }

  async #judge(
    stores: Stores,
    { webhook, failed, now }: { webhook: StoredWebhook; failed: boolean; now: number },
  ): Promise<void> {
    const { id, name, failingSince } = webhook;
    if (!failed) {
      if (failingSince !== null) await stores.webhooks.updateWebhook(id, { failingSince: null });
      return;
    }
    const since = failingSince ?? now;
    const isHopeless = now - since >= this.#timing.patienceMs;
    await stores.webhooks.updateWebhook(id, { failingSince: since, ...(isHopeless && { status: 'DISABLED' }) });
    if (!isHopeless) return;
    await stores.events.append({ type: 'webhook.disabled', actor: null, subject: {}, detail: { name }, at: now });
    this.#deps.log.warn('Webhook disabled after failing for long', { webhook: id, since });
  }
}

/** Without an error it arrived; a final one is not tried again. */
type Outcome = { readonly status: number | null; readonly error: string | null; readonly final: boolean };

function hears({ events }: StoredWebhook, { entity, action }: { readonly entity: string; readonly action: string }) {
  return events.some((event) => event.entity === entity && event.action === action);
}

function waiting(
  about: Pick<Delivery, 'webhookId' | 'clock' | 'entity' | 'action' | 'body'> & { readonly now: number },
): Delivery {
  const { webhookId, clock, entity, action, body, now } = about;
  return {
    ...{ id: randomUUID(), webhookId, clock, entity, action, body, state: 'waiting', attempts: 0, nextAt: now },
    ...{ createdAt: now, finishedAt: null, status: null, error: null },
  };
}
