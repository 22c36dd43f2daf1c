/** Webhooks and their deliveries in SQLite. */
import type {
  Delivery,
  DeliveryChange,
  StoredWebhook,
  WebhookChange,
  WebhookStore,
} from '../../domain/webhooks/ports.ts';
import type { Row } from './connection.ts';
import type { Session } from './session.ts';
import { json, plain, Table } from './table.ts';

const webhooks = new Table<StoredWebhook>('webhooks', {
  id: plain('id'),
  name: plain('name'),
  description: plain('description'),
  url: plain('url'),
  events: json('events'),
  status: plain('status'),
  secret: plain('secret'),
  createdAt: plain('created_at'),
  updatedAt: plain('updated_at'),
  failingSince: plain('failing_since'),
});

const deliveries = new Table<Delivery>('webhook_deliveries', {
  id: plain('id'),
  webhookId: plain('webhook_id'),
  clock: plain('clock'),
  entity: plain('entity'),
  action: plain('action'),
  body: plain('body'),
  state: plain('state'),
  attempts: plain('attempts'),
  nextAt: plain('next_at'),
  createdAt: plain('created_at'),
  finishedAt: plain('finished_at'),
  status: plain('status'),
  error: plain('error'),
});

const waiting = `webhook_deliveries JOIN webhooks ON webhooks.id = webhook_deliveries.webhook_id
  WHERE webhook_deliveries.state = 'waiting' AND webhooks.status = 'ACTIVE'`;
const cursorKey = 'webhook-cursor';

const sql = {
  one: `SELECT ${webhooks.select} FROM webhooks WHERE id = ?`,
  all: `SELECT ${webhooks.select} FROM webhooks ORDER BY created_at, id`,
  delete: 'DELETE FROM webhooks WHERE id = ?',
  cursor: 'SELECT value FROM server WHERE key = ?',
  setCursor: 'INSERT INTO server (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  known: 'SELECT 1 AS known FROM webhook_deliveries WHERE webhook_id = ? AND clock = ?',
  // Beside min() SQLite answers the columns of the row that has it.
  due: `SELECT ${deliveries.select}, min(webhook_deliveries.next_at) FROM ${waiting} AND webhook_deliveries.next_at <= ?
    GROUP BY webhook_deliveries.webhook_id LIMIT ?`,
  next: `SELECT min(next_at) AS next FROM ${waiting}`,
  ofWebhook: `SELECT ${deliveries.select} FROM webhook_deliveries WHERE webhook_id = ? ORDER BY clock DESC LIMIT ?`,
  prune: 'DELETE FROM webhook_deliveries WHERE finished_at < ?',
} as const;

export class SqliteWebhookStore implements WebhookStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async webhook(id: string): Promise<StoredWebhook | null> {
    const row = this.#session.get<Row>(sql.one, id);
    return row ? webhooks.read(row) : null;
  }

  async webhooks(): Promise<readonly StoredWebhook[]> {
    return this.#session.all<Row>(sql.all).map((row) => webhooks.read(row));
  }

  async insertWebhook(webhook: StoredWebhook): Promise<void> {
    webhooks.insert(this.#session, webhook);
  }

  async updateWebhook(id: string, change: WebhookChange): Promise<void> {
    webhooks.update(this.#session, change, { column: 'id', is: id });
  }

  async deleteWebhook(id: string): Promise<boolean> {
    return this.#session.run(sql.delete, id) > 0;
  }

  async cursor(): Promise<number | null> {
    const row = this.#session.get<{ value: string }>(sql.cursor, cursorKey);
    return row ? Number(row.value) : null;
  }

  async setCursor(clock: number): Promise<void> {
    this.#session.run(sql.setCursor, cursorKey, String(clock));
  }

  async enqueue(delivery: Delivery): Promise<void> {
    if (this.#session.get(sql.known, delivery.webhookId, delivery.clock)) return;
    deliveries.insert(this.#session, delivery);
  }

  async due(now: number, limit: number): Promise<readonly Delivery[]> {
    return this.#session.all<Row>(sql.due, now, limit).map((row) => deliveries.read(row));
  }

  async nextDue(): Promise<number | null> {
    return this.#session.get<{ next: number | null }>(sql.next)?.next ?? null;
  }

  async updateDelivery(id: string, change: DeliveryChange): Promise<void> {
    deliveries.update(this.#session, change, { column: 'id', is: id });
  }

  async deliveries(webhookId: string, limit: number): Promise<readonly Delivery[]> {
    return this.#session.all<Row>(sql.ofWebhook, webhookId, limit).map((row) => deliveries.read(row));
  }

  async pruneDeliveries(before: number): Promise<void> {
    this.#session.run(sql.prune, before);
  }
}
