/** The message that a webhook gets: JSON, and headers by which its receiver knows that it came from here. Pure but for the time. */
import { createHmac } from 'node:crypto';
import type { WebhookEvent } from './ports.ts';

export type Signed = {
  readonly id: string;
  readonly body: string;
  readonly secret: string | null;
  readonly now: number;
};

export function bodyOf({ entity, action }: WebhookEvent, data: unknown, at: number): string {
  const timestamp = new Date(at).toISOString();
  return JSON.stringify({ entity: entity.toLowerCase(), action: action.toLowerCase(), timestamp, data });
}

/** The id stays the same over attempts, so that a receiver can tell a message that came twice. */
export function headersOf({ id, body, secret, now }: Signed): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000));
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'flywheel-webhook',
    'x-mlflow-delivery-id': id,
    'x-mlflow-timestamp': timestamp,
  };
  if (secret === null) return headers;
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'x-mlflow-signature': `v1,${signature}` };
}
