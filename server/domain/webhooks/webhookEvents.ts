/**
 * Which events of the log webhooks hear of, in which words, and with what in
 * the message. A table, so that a new event is one line. Events hold identities:
 * who wants to know more asks the registry.
 */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { WebhookEvent } from './ports.ts';

type Data = Readonly<Record<string, unknown>>;
export type Told = WebhookEvent & { readonly data: Data };
type Rule = {
  readonly action: string;
  readonly model: string;
  readonly prompt: string;
  readonly data: (about: About) => Data;
};
type About = { readonly name: unknown; readonly version: string | null; readonly detail: FlywheelEvent['detail'] };

/** What a webhook may ask for: actions by entity. */
export const webhookActions: Readonly<Record<string, readonly string[]>> = {
  REGISTERED_MODEL: ['CREATED'],
  MODEL_VERSION: ['CREATED'],
  MODEL_VERSION_TAG: ['SET', 'DELETED'],
  MODEL_VERSION_ALIAS: ['CREATED', 'DELETED'],
  PROMPT: ['CREATED'],
  PROMPT_VERSION: ['CREATED'],
  PROMPT_TAG: ['SET', 'DELETED'],
  PROMPT_VERSION_TAG: ['SET', 'DELETED'],
  PROMPT_ALIAS: ['CREATED', 'DELETED'],
};

const rules: Readonly<Record<string, Rule>> = {
  'model.registered': {
    action: 'CREATED',
    model: 'REGISTERED_MODEL',
    prompt: 'PROMPT',
    data: ({ name, detail }) => ({ name, tags: {}, description: detail.description ?? null }),
  },
  'model.version-created': {
    action: 'CREATED',
    model: 'MODEL_VERSION',
    prompt: 'PROMPT_VERSION',
    data: ({ name, version, detail }) => ({
      ...{ name, version, source: detail.source ?? null, run_id: detail.runId || null },
      ...{ tags: {}, description: detail.description ?? null },
    }),
  },
  'model.version-tag-set': {
    action: 'SET',
    model: 'MODEL_VERSION_TAG',
    prompt: 'PROMPT_VERSION_TAG',
    data: ({ name, version, detail }) => ({ name, version, key: detail.key, value: detail.value }),
  },
  'model.version-tag-deleted': {
    action: 'DELETED',
    model: 'MODEL_VERSION_TAG',
    prompt: 'PROMPT_VERSION_TAG',
    data: ({ name, version, detail }) => ({ name, version, key: detail.key }),
  },
  'model.alias-set': {
    action: 'CREATED',
    model: 'MODEL_VERSION_ALIAS',
    prompt: 'PROMPT_ALIAS',
    data: ({ name, version, detail }) => ({ name, alias: detail.alias, version }),
  },
  'model.alias-deleted': {
    action: 'DELETED',
    model: 'MODEL_VERSION_ALIAS',
    prompt: 'PROMPT_ALIAS',
    data: ({ name, detail }) => ({ name, alias: detail.alias }),
  },
};

/** What webhooks are told of an event; null when none hears of it. */
export function toldOf(event: Pick<FlywheelEvent, 'type' | 'subject' | 'detail'>): Told | null {
  const rule = Object.hasOwn(rules, event.type) ? rules[event.type] : undefined;
  if (rule === undefined) return null;
  const { detail } = event;
  const subject: Readonly<Record<string, unknown>> = event.subject;
  const version = subject.version ?? detail.version;
  const about = { name: subject.modelName ?? detail.name, version: version == null ? null : String(version), detail };
  const entity = detail.prompt === true ? rule.prompt : rule.model;
  return { entity, action: rule.action, data: rule.data(about) };
}

/** Something of the kind, for trying a webhook out. */
export function exampleOf({ entity, action }: WebhookEvent): Data {
  const found = Object.values(rules).find(
    (rule) => rule.action === action && (rule.model === entity || rule.prompt === entity),
  );
  const detail = {
    description: 'An example',
    source: 'models:/m-example',
    key: 'example',
    value: 'yes',
    alias: 'champion',
  };
  return found?.data({ name: 'example', version: '1', detail }) ?? { name: 'example', key: 'example', value: 'yes' };
}
