/** Calls about webhooks, which are the administrators' business. No answer ever holds a secret. */
import * as z from 'zod';
import type { StoredWebhook } from '../../domain/webhooks/ports.ts';
import type { WebhookService } from '../../domain/webhooks/webhookService.ts';
import { anyText, integer, optional, text } from './fields.ts';
import { nextToken, offsetOf } from './pageToken.ts';
import { type Route, route } from './route.ts';
import { filled } from './wireLists.ts';

export type WebhookRouteDependencies = { readonly webhooks: WebhookService };

const bounds = { url: 2048, description: 1000, secret: 1000, events: 20, page: 100 } as const;

const one = z.object({ webhook_id: text.max(64) });
const name = text.regex(
  /^[a-zA-Z0-9](?:[\w.-]{0,61}[a-zA-Z0-9])?$/,
  'letters, digits, _ - and ., 63 at most, a letter or digit at both ends',
);
const event = z.object({ entity: text, action: text });
const status = z.enum(['ACTIVE', 'DISABLED']);
const changeable = z.object({
  name: optional(name),
  description: optional(anyText.max(bounds.description)),
  url: optional(text.max(bounds.url)),
  events: optional(z.array(event).min(1).max(bounds.events)),
  secret: optional(anyText.max(bounds.secret)),
  status: optional(status),
});
const needs = () => 'admin' as const;

export function webhookRoutes({ webhooks }: WebhookRouteDependencies): readonly Route[] {
  return [createRoute(webhooks), listRoute(webhooks), ...singleRoutes(webhooks), testRoute(webhooks)];
}

function createRoute(webhooks: WebhookService): Route {
  return route({
    path: 'webhooks',
    methods: ['POST'],
    input: changeable.extend({ name, url: text.max(bounds.url), events: z.array(event).min(1).max(bounds.events) }),
    needs,
    answer: async ({ description = '', secret = '', status = 'ACTIVE', ...given }, { call }) => ({
      webhook: toWire(await webhooks.create({ ...given, description, secret, status }, call)),
    }),
  });
}

function listRoute(webhooks: WebhookService): Route {
  return route({
    path: 'webhooks',
    methods: ['GET'],
    input: z.object({
      max_results: optional(integer.refine((count) => count > 0 && count <= 1000, 'from 1 to 1000')),
      page_token: optional(anyText),
    }),
    needs,
    answer: async ({ max_results = bounds.page, page_token }) => {
      const offset = offsetOf(page_token);
      const all = await webhooks.list();
      const shown = all.slice(offset, offset + max_results);
      return {
        webhooks: filled(shown.map(toWire)),
        next_page_token: nextToken({ offset, length: shown.length, total: all.length }),
      };
    },
  });
}

function singleRoutes(webhooks: WebhookService): readonly Route[] {
  const path = 'webhooks/{webhook_id}';
  return [
    route({
      path,
      methods: ['GET'],
      input: one,
      needs,
      answer: async ({ webhook_id }) => ({ webhook: toWire(await webhooks.get(webhook_id)) }),
    }),
    route({
      path,
      methods: ['PATCH'],
      input: one.extend(changeable.shape),
      needs,
      answer: async ({ webhook_id, ...given }, { call }) => {
        const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
        return { webhook: toWire(await webhooks.update(webhook_id, change, call)) };
      },
    }),
    route({
      path,
      methods: ['DELETE'],
      input: one,
      needs,
      answer: async ({ webhook_id }, { call }) => {
        await webhooks.delete(webhook_id, call);
        return {};
      },
    }),
  ];
}

function testRoute(webhooks: WebhookService): Route {
  return route({
    path: 'webhooks/{webhook_id}/test',
    methods: ['POST'],
    input: one.extend({ event: optional(event) }),
    needs,
    answer: async ({ webhook_id, event: asked }, { call }) => {
      const tried = await webhooks.test(webhook_id, asked ?? null, call);
      return {
        result: {
          success: tried.success,
          response_status: tried.status ?? undefined,
          response_body: tried.body ?? undefined,
          error_message: tried.error ?? undefined,
        },
      };
    },
  });
}

function toWire(webhook: StoredWebhook) {
  return {
    webhook_id: webhook.id,
    name: webhook.name,
    description: webhook.description || undefined,
    url: webhook.url,
    events: webhook.events,
    status: webhook.status,
    creation_timestamp: webhook.createdAt,
    last_updated_timestamp: webhook.updatedAt,
  };
}
