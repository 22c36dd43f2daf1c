/** Calls about files of a run, a logged model or a version: lists, and the plain downloads and uploads that pages use. */
import * as z from 'zod';
import type { ModelVersions } from '../../domain/models/modelVersions.ts';
import { artifactRootKey, artifactUri, modelRootKey, modelUri } from '../../domain/shared/artifactRoot.ts';
import { type ArtifactDependencies, contentOf, fileInfo, sendFile, treeAt, writableTree } from './artifactFiles.ts';
import { checkedPath, placeOf } from './artifactPath.ts';
import { anyText, modelIdField, modelNameField, optional, runIdField, text, versionField } from './fields.ts';
import { MlflowError } from './mlflowError.ts';
import { type Route, route } from './route.ts';
import { filled } from './wireLists.ts';

export type FileDependencies = ArtifactDependencies & { readonly models: { readonly versions: ModelVersions } };

/** What a page may send in one call. */
const longestPageUpload = 10 * 1024 * 1024;

export function artifactRoutes(deps: FileDependencies): readonly Route[] {
  return [...listRoutes(deps), ...downloadRoutes(deps), uploadRoute(deps), ...presignedRoutes()];
}

/** What lies in a folder, by paths from the root of the run or model. */
function listRoutes({ tracking, models, artifacts }: FileDependencies): readonly Route[] {
  return [
    route({
      path: 'artifacts/list',
      methods: ['GET'],
      input: z.object({ run_id: runIdField, path: optional(anyText) }),
      needs: ({ run_id }) => ({ role: 'viewer', runId: run_id }),
      answer: async ({ run_id, path = '' }) => {
        const { run } = await tracking.run(run_id);
        const files = await artifacts.list(artifactRootKey(run), checkedPath(path));
        return { root_uri: artifactUri(run), files: filled(files.map(fileInfo)) };
      },
    }),
    route({
      path: 'logged-models/{model_id}/artifacts/directories',
      methods: ['GET'],
      input: z.object({ model_id: modelIdField, artifact_directory_path: optional(anyText) }),
      needs: ({ model_id }) => ({ role: 'viewer', modelId: model_id }),
      answer: async ({ model_id, artifact_directory_path: path = '' }) => {
        const model = await models.logged.get(model_id);
        const files = await artifacts.list(modelRootKey(model), checkedPath(path));
        return { root_uri: modelUri(model), files: filled(files.map(fileInfo)) };
      },
    }),
  ];
}

function downloadRoutes({ tracking, models, artifacts, ...rest }: FileDependencies): readonly Route[] {
  const deps = { tracking, models, artifacts, ...rest };
  return [
    route({
      path: 'logged-models/{model_id}/artifacts/files',
      methods: ['GET'],
      input: z.object({ model_id: modelIdField, artifact_file_path: text }),
      needs: ({ model_id }) => ({ role: 'viewer', modelId: model_id }),
      answer: async ({ model_id, artifact_file_path }, { exchange }) => {
        const root = modelRootKey(await models.logged.get(model_id));
        return await sendFile(artifacts, { root, path: checkedPath(artifact_file_path) }, exchange);
      },
    }),
    route({
      under: pages,
      path: 'get-artifact',
      methods: ['GET'],
      input: z.object({ run_id: runIdField, path: text }),
      needs: ({ run_id }) => ({ role: 'viewer', runId: run_id }),
      answer: async ({ run_id, path }, { exchange }) => {
        const root = artifactRootKey((await tracking.run(run_id)).run);
        return await sendFile(artifacts, { root, path: checkedPath(path) }, exchange);
      },
    }),
    route({
      under: pages,
      path: 'model-versions/get-artifact',
      methods: ['GET'],
      input: z.object({ name: modelNameField, version: versionField, path: text }),
      needs: ({ name }) => ({ role: 'viewer', modelName: name }),
      answer: async ({ path, ...of }, context) => {
        const place = placeOfUri((await models.versions.get(of)).location, checkedPath(path));
        const { kind, id } = place.owner;
        await context.require(kind === 'run' ? { role: 'viewer', runId: id } : { role: 'viewer', modelId: id });
        const { root } = await treeAt(place, deps);
        return await sendFile(artifacts, { root, path: place.path }, context.exchange);
      },
    }),
  ];
}

/** Addresses without a version stand outside `/api/`. */
const pages = '';

/** The files of a version may be in another store, which clients reach by themselves. */
function placeOfUri(location: string, path: string) {
  const [, root] = /^mlflow-artifacts:\/(.+)$/.exec(location) ?? [];
  if (root !== undefined) return placeOf(`${root}/${path}`);
  throw new MlflowError('INVALID_PARAMETER_VALUE', `The files of this version are not kept here, but at ${location}.`);
}

function uploadRoute(deps: FileDependencies): Route {
  return route({
    path: 'upload-artifact',
    methods: ['POST'],
    body: 'content',
    input: z.object({ run_uuid: runIdField, path: text }),
    needs: ({ run_uuid }) => ({ role: 'contributor', runId: run_uuid }),
    answer: async ({ run_uuid, path }, context) => {
      const { run } = await deps.tracking.run(run_uuid);
      const place = {
        experimentId: run.experimentId,
        owner: { kind: 'run', id: run.id },
        path: checkedPath(path),
      } as const;
      const { root, touched } = await writableTree(place, { ...deps, ...context });
      await deps.artifacts.put(root, place.path, bounded(contentOf(context.exchange)));
      touched();
      return {};
    },
  });
}

async function* bounded(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > longestPageUpload) {
      const message = `A file sent from a page may have at most ${longestPageUpload} bytes; larger ones go to mlflow-artifacts.`;
      throw new MlflowError('INVALID_PARAMETER_VALUE', message);
    }
    yield piece;
  }
}

/** The store signs no addresses of its own; clients then use the proxy. */
function presignedRoutes(): readonly Route[] {
  const refused = (at: Pick<Route, 'under' | 'path'>, method: 'GET' | 'POST') =>
    route({
      ...at,
      methods: [method],
      input: z.object({}),
      needs: () => 'signed-in',
      answer: async () => {
        throw new MlflowError('NOT_IMPLEMENTED', 'Artifacts are kept by this server: use mlflow-artifacts/artifacts.');
      },
    });
  return [
    refused({ under: '2.0/mlflow-artifacts', path: 'presigned/{path...}' }, 'GET'),
    refused({ under: '2.0/mlflow', path: 'artifacts/presigned-upload-url' }, 'POST'),
    refused({ under: '2.0/mlflow', path: 'artifacts/presigned-download-url' }, 'POST'),
  ];
}
