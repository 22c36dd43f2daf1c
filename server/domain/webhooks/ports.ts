/** Webhooks: addresses that are told of what happened, and what became of each message. */

import type { FlywheelEvent } from '../../../protocol/events.ts';

/** In MLflow's words, as REGISTERED_MODEL and CREATED. */
export type WebhookEvent = { readonly entity: string; readonly action: string };

export type StoredWebhook = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly status: 'ACTIVE' | 'DISABLED';
  /** Sealed; never the secret itself. */
  readonly secret: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Since when nothing has arrived there; null while things do. */
  readonly failingSince: number | null;
};
export type WebhookChange = Partial<Omit<StoredWebhook, 'id' | 'createdAt'>>;

export type Delivery = WebhookEvent & {
  readonly id: string;
  readonly webhookId: string;
  /** Of the event that it tells of. */
  readonly clock: number;
  readonly body: string;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly nextAt: number;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  /** Of the last attempt: its HTTP status, or why there was none. */
  readonly status: number | null;
  readonly error: string | null;
};
export type DeliveryChange = Partial<
  Pick<Delivery, 'state' | 'attempts' | 'nextAt' | 'finishedAt' | 'status' | 'error'>
>;

export interface WebhookStore {
  webhook(id: string): Promise<StoredWebhook | null>;
  /** In the order in which they were made. */
  webhooks(): Promise<readonly StoredWebhook[]>;
  insertWebhook(webhook: StoredWebhook): Promise<void>;
  updateWebhook(id: string, change: WebhookChange): Promise<void>;
  /** With its deliveries. */
  deleteWebhook(id: string): Promise<boolean>;
  /** The position in the event log up to which deliveries were made; null before the first start. */
  cursor(): Promise<number | null>;
  setCursor(clock: number): Promise<void>;
  /** Once for each webhook and event; again is harmless. */
  enqueue(delivery: Delivery): Promise<void>;
  /** Of each active webhook, of those whose time has come, the one that has waited longest. */
  due(now: number, limit: number): Promise<readonly Delivery[]>;
  /** When the next one of them comes due; null when none waits. */
  nextDue(): Promise<number | null>;
  updateDelivery(id: string, change: DeliveryChange): Promise<void>;
  /** Newest first. */
  deliveries(webhookId: string, limit: number): Promise<readonly Delivery[]>;
  /** Forgets what ended before then. */
  pruneDeliveries(before: number): Promise<void>;
}

export type Message = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
};

/** Sends to addresses that anyone with the right may name: it alone knows which are refused. */
export interface WebhookSender {
  /** Throws a DomainError for an address that would be refused whatever its name resolves to. */
  check(url: string): void;
  /** Throws an error whose message may be shown where there was no answer. The body is the beginning of it. */
  send(message: Message): Promise<{ readonly status: number; readonly body: string }>;
}

/** Hides secrets in storage. */
export interface SecretBox {
  seal(secret: string): string;
  /** Null when it was sealed by another key, or is damaged. */
  open(sealed: string): string | null;
}

/** The event log as one reads along in it. */
export interface EventTail {
  after(clock: number): Promise<readonly FlywheelEvent[]>;
  listen(): { next(): Promise<void>; takeTouched(): unknown; close(): void };
}
