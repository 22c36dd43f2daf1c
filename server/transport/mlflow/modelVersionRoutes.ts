/** Calls about versions of registered models. */
import * as z from 'zod';
import type { LoggedModelRegister } from '../../domain/models/loggedModelRegister.ts';
import { stageOf } from '../../domain/models/modelRegistry.ts';
import { parseModelSource } from '../../domain/models/modelSource.ts';
import type { ModelVersions } from '../../domain/models/modelVersions.ts';
import type { ModelVersionRecord } from '../../domain/models/ports.ts';
import { isDomainError } from '../../domain/shared/errors.ts';
import { modelVersionTarget } from '../../domain/tracking/filter/modelTargets.ts';
import {
  anyText,
  key,
  limits,
  modelIdField,
  modelNameField,
  optional,
  runIdField,
  text,
  versionField,
} from './fields.ts';
import { isMlflowError } from './mlflowError.ts';
import { versionToWire } from './modelEntities.ts';
import { nextOf, registryPage } from './registrySearch.ts';
import { type Context, command, type Need, type Route, route } from './route.ts';
import { record } from './valueFields.ts';
import { filled } from './wireLists.ts';

const one = z.object({ name: modelNameField, version: versionField });
const description = anyText.max(limits.modelDescriptionLength);
const tag = z.object({ key, value: anyText.max(limits.modelTagLength) });
const orNone = <T extends z.ZodType<string>>(field: T) => optional(z.union([z.literal(''), field]));

type Versions = { readonly versions: ModelVersions; readonly logged: LoggedModelRegister };

function toRead({ name }: z.infer<typeof one>): Need {
  return { role: 'viewer', modelName: name };
}

function toWrite({ name }: z.infer<typeof one>): Need {
  return { role: 'contributor', modelName: name };
}

export function modelVersionRoutes(deps: Versions): readonly Route[] {
  return [createRoute(deps), ...readRoutes(deps), searchRoute(deps), ...changeRoutes(deps), ...tagRoutes(deps)];
}

const newVersion = z.object({
  name: modelNameField,
  source: text,
  run_id: orNone(runIdField),
  model_id: orNone(modelIdField),
  run_link: optional(anyText.max(limits.experimentNameLength)),
  description: optional(description),
  tags: optional(z.array(tag).max(limits.tagsInBatch)),
});

function createRoute({ versions, logged }: Versions): Route {
  return route({
    path: 'model-versions/create',
    methods: ['POST'],
    input: newVersion,
    needs: (asked) => [{ role: 'contributor', modelName: asked.name }, ...originNeeds(asked)],
    answer: async ({ run_id = '', model_id = '', run_link = '', description = '', tags, ...asked }, context) => {
      const described = { ...asked, runId: run_id, modelId: model_id, runLink: run_link, description };
      const created = await versions.create({ ...described, tags: record(tags) }, context.call);
      return { model_version: await withModel(created, logged, context) };
    },
  });
}

/** A version leads people to files: whoever makes it must be allowed to read them. */
function originNeeds({ source, run_id, model_id }: z.infer<typeof newVersion>): readonly Need[] {
  const from = parseModelSource(source);
  const runs = new Set([run_id, from.kind === 'run' ? from.runId : '']);
  const models = new Set([model_id, from.kind === 'logged-model' ? from.modelId : '']);
  return [
    ...[...runs].flatMap((runId) => (runId ? [{ role: 'viewer', runId } as const] : [])),
    ...[...models].flatMap((modelId) => (modelId ? [{ role: 'viewer', modelId } as const] : [])),
    ...('name' in from ? [{ role: 'viewer', modelName: from.name } as const] : []),
  ];
}

function readRoutes({ versions, logged }: Versions): readonly Route[] {
  return [
    route({
      path: 'model-versions/get',
      methods: ['GET'],
      input: one,
      needs: toRead,
      answer: async (of, context) => ({ model_version: await withModel(await versions.get(of), logged, context) }),
    }),
    route({
      path: 'model-versions/get-download-uri',
      methods: ['GET'],
      input: one,
      needs: toRead,
      answer: async (of) => ({ artifact_uri: (await versions.get(of)).location }),
    }),
  ];
}

/** With the parameters and metrics of its logged model, if that may be seen and is still there. */
async function withModel(version: ModelVersionRecord, logged: LoggedModelRegister, { require }: Context) {
  if (version.modelId === '') return versionToWire(version);
  try {
    await require({ role: 'viewer', modelId: version.modelId });
    return versionToWire(version, await logged.get(version.modelId));
  } catch (error) {
    if (isHidden(error)) return versionToWire(version);
    throw error;
  }
}

function isHidden(error: unknown): boolean {
  return isMlflowError(error, 'RESOURCE_DOES_NOT_EXIST') || isDomainError(error);
}

function searchRoute({ versions }: Versions): Route {
  return route({
    path: 'model-versions/search',
    methods: ['GET'],
    input: registryPage({ target: modelVersionTarget, usual: 10_000, most: 200_000 }),
    needs: () => 'signed-in',
    answer: async (query, { call }) => {
      const found = await versions.search({ ...query, limit: query.limit + 1 }, call);
      const shown = found.slice(0, query.limit).map((version) => versionToWire(version));
      return { model_versions: filled(shown), next_page_token: nextOf(query, found.length) };
    },
  });
}

function changeRoutes({ versions }: Versions): readonly Route[] {
  return [
    route({
      path: 'model-versions/update',
      methods: ['PATCH'],
      input: one.extend({ description: optional(description) }),
      needs: toWrite,
      answer: async ({ description = '', ...of }, { call }) => ({
        model_version: versionToWire(await versions.describe(of, description, call)),
      }),
    }),
    route({
      path: 'model-versions/transition-stage',
      methods: ['POST'],
      input: one.extend({ stage: text, archive_existing_versions: optional(z.boolean()) }),
      needs: toWrite,
      answer: async ({ stage, archive_existing_versions, ...of }, { call }) => {
        const archiving = archive_existing_versions === true ? 'siblings' : 'none';
        const moved = await versions.transition(of, { stage: stageOf(stage), archiving }, call);
        return { model_version: versionToWire(moved) };
      },
    }),
    command({
      path: 'model-versions/delete',
      methods: ['DELETE'],
      input: one,
      needs: toWrite,
      act: (of, call) => versions.delete(of, call),
    }),
  ];
}

function tagRoutes({ versions }: Versions): readonly Route[] {
  return [
    command({
      path: 'model-versions/set-tag',
      input: one.extend(tag.shape),
      needs: toWrite,
      act: ({ key, value, ...of }, call) => versions.setTag(of, [key, value], call),
    }),
    command({
      path: 'model-versions/delete-tag',
      methods: ['DELETE'],
      input: one.extend({ key: text }),
      needs: toWrite,
      act: ({ key, ...of }, call) => versions.deleteTag(of, key, call),
    }),
  ];
}
