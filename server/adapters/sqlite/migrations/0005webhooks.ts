/** Webhooks, with their secrets sealed, and what became of each message. */
export const webhooks = `
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, url TEXT NOT NULL, events TEXT NOT NULL,
  status TEXT NOT NULL, secret TEXT, created_at REAL NOT NULL, updated_at REAL NOT NULL, failing_since REAL
) WITHOUT ROWID;

CREATE TABLE webhook_deliveries (
  id TEXT PRIMARY KEY, webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE, clock INTEGER NOT NULL,
  entity TEXT NOT NULL, action TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
  next_at REAL NOT NULL, created_at REAL NOT NULL, finished_at REAL, status INTEGER, error TEXT
);
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (webhook_id, clock);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;
`;
