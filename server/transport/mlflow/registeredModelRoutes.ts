/** Calls about registered models. */
import * as z from 'zod';
import type { ModelRegistry } from '../../domain/models/modelRegistry.ts';
import type { ModelVersions } from '../../domain/models/modelVersions.ts';
import { registeredModelTarget } from '../../domain/tracking/filter/modelTargets.ts';
import { anyText, key, limits, modelNameField, optional, text, versionField } from './fields.ts';
import { registeredModelToWire, versionToWire } from './modelEntities.ts';
import { nextOf, registryPage } from './registrySearch.ts';
import { command, type Need, type Route, route } from './route.ts';
import { record } from './valueFields.ts';
import { filled } from './wireLists.ts';

const one = z.object({ name: modelNameField });
const description = anyText.max(limits.modelDescriptionLength);
const tag = z.object({ key, value: anyText.max(limits.modelTagLength) });

/** What clients read as a version or as the newest one can be no alias. */
const alias = text
  .max(limits.aliasLength)
  .refine((name) => /^[\w-]+$/.test(name), 'Invalid alias name: it may hold letters, digits, _ and -')
  .refine((name) => name.toLowerCase() !== 'latest', "'latest' alias name (case insensitive) is reserved")
  .refine((name) => !/^v\d+$/i.test(name), 'Version alias names such as v1 are reserved');

function toRead({ name }: z.infer<typeof one>): Need {
  return { role: 'viewer', modelName: name };
}

function toWrite({ name }: z.infer<typeof one>): Need {
  return { role: 'contributor', modelName: name };
}

type Registry = { readonly registry: ModelRegistry; readonly versions: ModelVersions };

export function registeredModelRoutes({ registry, versions }: Registry): readonly Route[] {
  return [
    ...lifeRoutes(registry),
    readRoute(registry),
    searchRoute(registry),
    latestRoute(versions),
    ...tagRoutes(registry),
    ...aliasRoutes(registry),
  ];
}

function lifeRoutes(registry: ModelRegistry): readonly Route[] {
  return [
    route({
      path: 'registered-models/create',
      methods: ['POST'],
      input: one.extend({ tags: optional(z.array(tag).max(limits.tagsInBatch)), description: optional(description) }),
      needs: () => 'signed-in',
      answer: async ({ name, tags, description = '' }, { call }) => {
        const created = await registry.create({ name, description, tags: record(tags) }, call);
        return { registered_model: registeredModelToWire(created) };
      },
    }),
    route({
      path: 'registered-models/rename',
      methods: ['POST'],
      input: one.extend({ new_name: modelNameField }),
      needs: toWrite,
      answer: async ({ name, new_name }, { call }) => ({
        registered_model: registeredModelToWire(await registry.rename(name, new_name, call)),
      }),
    }),
    route({
      path: 'registered-models/update',
      methods: ['PATCH'],
      input: one.extend({ description: optional(description) }),
      needs: toWrite,
      answer: async ({ name, description = '' }, { call }) => ({
        registered_model: registeredModelToWire(await registry.describe(name, description, call)),
      }),
    }),
    command({
      path: 'registered-models/delete',
      methods: ['DELETE'],
      input: one,
      needs: toWrite,
      act: ({ name }, call) => registry.delete(name, call),
    }),
  ];
}

function readRoute(registry: ModelRegistry): Route {
  return route({
    path: 'registered-models/get',
    methods: ['GET'],
    input: one,
    needs: toRead,
    answer: async ({ name }) => ({ registered_model: registeredModelToWire(await registry.get(name)) }),
  });
}

function searchRoute(registry: ModelRegistry): Route {
  return route({
    path: 'registered-models/search',
    methods: ['GET'],
    input: registryPage({ target: registeredModelTarget, usual: 100, most: 1000 }),
    needs: () => 'signed-in',
    answer: async (query, { call }) => {
      const found = await registry.search({ ...query, limit: query.limit + 1 }, call);
      const shown = found.slice(0, query.limit).map(registeredModelToWire);
      return { registered_models: filled(shown), next_page_token: nextOf(query, found.length) };
    },
  });
}

function latestRoute(versions: ModelVersions): Route {
  return route({
    path: 'registered-models/get-latest-versions',
    methods: ['POST', 'GET'],
    input: one.extend({ stages: optional(z.array(anyText)) }),
    needs: toRead,
    answer: async ({ name, stages = [] }) => {
      const latest = await versions.latest(name, stages);
      return { model_versions: filled(latest.map((version) => versionToWire(version))) };
    },
  });
}

function tagRoutes(registry: ModelRegistry): readonly Route[] {
  return [
    command({
      path: 'registered-models/set-tag',
      input: one.extend(tag.shape),
      needs: toWrite,
      act: ({ name, key, value }, call) => registry.setTag(name, [key, value], call),
    }),
    command({
      path: 'registered-models/delete-tag',
      methods: ['DELETE'],
      input: one.extend({ key: text }),
      needs: toWrite,
      act: ({ name, key }, call) => registry.deleteTag(name, key, call),
    }),
  ];
}

function aliasRoutes(registry: ModelRegistry): readonly Route[] {
  const path = 'registered-models/alias';
  return [
    command({
      path,
      input: one.extend({ alias, version: versionField }),
      needs: toWrite,
      act: ({ name, alias, version }, call) => registry.setAlias({ name, version }, alias, call),
    }),
    command({
      path,
      methods: ['DELETE'],
      input: one.extend({ alias: text }),
      needs: toWrite,
      act: ({ name, alias }, call) => registry.deleteAlias(name, alias, call),
    }),
    route({
      path,
      methods: ['GET'],
      input: one.extend({ alias: text }),
      needs: toRead,
      answer: async ({ name, alias }) => ({ model_version: versionToWire(await registry.byAlias(name, alias)) }),
    }),
  ];
}
