/**
 * Files of runs by address: stream in, stream out, list, delete. An address
 * must name a run that exists and that the caller has a role for before any
 * storage is touched.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import type { ArtifactStore, StoredRun } from '../../domain/runs/ports.ts';
import type { TrackingService } from '../../domain/tracking/trackingService.ts';
import { type ArtifactPlace, checkedPath, decodePath, placeOf } from './artifactPath.ts';
import { anyText, optional, runIdField } from './fields.ts';
import { MlflowError } from './mlflowError.ts';
import { readQuery } from './readInput.ts';
import { type Context, type Route, route } from './route.ts';
import { artifactRoot, artifactUri, filled } from './wireEntities.ts';

export type ArtifactDependencies = { readonly tracking: TrackingService; readonly artifacts: ArtifactStore };

export type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** What lies in a folder of a run, by paths from its root. */
export function artifactListRoute({ tracking, artifacts }: ArtifactDependencies): Route {
  return route({
    path: 'artifacts/list',
    methods: ['GET'],
    input: z.object({ run_id: runIdField, path: optional(anyText) }),
    needs: ({ run_id }) => ({ role: 'viewer', runId: run_id }),
    answer: async ({ run_id, path = '' }) => {
      const { run } = await tracking.run(run_id);
      const files = await artifacts.list(artifactRoot(run), checkedPath(path));
      return { root_uri: artifactUri(run), files: filled(files.map(fileInfo)) };
    },
  });
}

/** Answers what lies below `mlflow-artifacts/artifacts`; `raw` is the rest of the path, still encoded. */
export async function proxyArtifacts(
  raw: string,
  { request, response }: Exchange,
  context: Context & ArtifactDependencies,
): Promise<object | null> {
  if (raw === '') return await listFolder(request, context);
  const place = placeOf(decodePath(raw));
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return await sendFile(place, { request, response }, context);
    case 'PUT':
      return await receiveFile(place, request, context);
    case 'DELETE':
      return await removeFile(place, context);
    default:
      throw new MlflowError('ENDPOINT_NOT_FOUND', `Artifacts take no ${request.method}.`);
  }
}

type Parts = Context & ArtifactDependencies;

/** Paths here are names in the folder that was asked for. */
async function listFolder(request: IncomingMessage, { require, tracking, artifacts }: Parts): Promise<object> {
  const { path } = readQuery(request.url ?? '');
  if (request.method !== 'GET') throw new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid path: it is empty');
  const place = placeOf(typeof path === 'string' ? path : '');
  await require({ role: 'viewer', runId: place.runId });
  const run = await runAt(place, tracking);
  const files = await artifacts.list(artifactRoot(run), place.path);
  return { files: filled(files.map((file) => ({ ...fileInfo(file), path: file.path.split('/').at(-1) }))) };
}

/** Always as a download that no browser shows or runs: its content is whatever a job wrote. */
async function sendFile(place: ArtifactPlace, { request, response }: Exchange, parts: Parts): Promise<null> {
  await parts.require({ role: 'viewer', runId: place.runId });
  const root = artifactRoot(await runAt(place, parts.tracking));
  const found = await parts.artifacts.stat(root, place.path);
  if (found === null) throw absent(place);
  const name = encodeURIComponent(place.path.split('/').at(-1) ?? 'artifact');
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${name}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'content-length': found.bytes,
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(parts.artifacts.read(root, place.path, { from: 0, bytes: found.bytes }), response);
  return null;
}

async function receiveFile(place: ArtifactPlace, request: IncomingMessage, parts: Parts): Promise<object> {
  await parts.require({ role: 'contributor', runId: place.runId });
  refuseRoot(place);
  const run = await runAt(place, parts.tracking);
  if (run.deletedAt !== null) {
    throw new MlflowError('INVALID_PARAMETER_VALUE', `The run ${run.id} must be in the 'active' state; it is deleted.`);
  }
  // Storage that refuses must not take the connection with it, on which the client is told.
  const content = request.iterator({ destroyOnReturn: false });
  await parts.artifacts.put(artifactRoot(run), place.path, content);
  parts.tracking.touched(run);
  return {};
}

async function removeFile(place: ArtifactPlace, parts: Parts): Promise<object> {
  await parts.require({ role: 'contributor', runId: place.runId });
  refuseRoot(place);
  const run = await runAt(place, parts.tracking);
  await parts.artifacts.remove(artifactRoot(run), place.path);
  parts.tracking.touched(run);
  return {};
}

function refuseRoot({ path }: ArtifactPlace): void {
  if (path === '') throw new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid path: it names no file in the run');
}

/** The run, if it lies where the address says. */
async function runAt(place: ArtifactPlace, tracking: TrackingService): Promise<StoredRun> {
  const { run } = await tracking.run(place.runId);
  if (run.experimentId !== place.experimentId) throw absent(place);
  return run;
}

function absent({ path }: ArtifactPlace): MlflowError {
  return new MlflowError('RESOURCE_DOES_NOT_EXIST', `There is no artifact at '${path}'.`);
}

function fileInfo(file: Awaited<ReturnType<ArtifactStore['list']>>[number]) {
  return { path: file.path, is_dir: file.folder, file_size: file.bytes ?? undefined };
}
