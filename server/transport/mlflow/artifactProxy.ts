/**
 * Files of runs and logged models by address: stream in, stream out, list,
 * delete. An address must name something that exists and that the caller has a
 * role for before any storage is touched.
 */
import {
  type ArtifactDependencies,
  contentOf,
  fileInfo,
  needOf,
  sendFile,
  treeAt,
  writableTree,
} from './artifactFiles.ts';
import { type ArtifactPlace, decodePath, placeOf } from './artifactPath.ts';
import { MlflowError } from './mlflowError.ts';
import { readQuery } from './readInput.ts';
import type { Context } from './route.ts';
import { filled } from './wireLists.ts';

type Parts = Context & ArtifactDependencies;

/** Answers what lies below `mlflow-artifacts/artifacts`; `raw` is the rest of the path, still encoded. */
export async function proxyArtifacts(raw: string, parts: Parts): Promise<object | null> {
  if (raw === '') return await listFolder(parts);
  const place = placeOf(decodePath(raw));
  const { method } = parts.exchange.request;
  switch (method) {
    case 'GET':
    case 'HEAD':
      return await readFile(place, parts);
    case 'PUT':
      return await receiveFile(place, parts);
    case 'DELETE':
      return await removeFile(place, parts);
    default:
      throw new MlflowError('ENDPOINT_NOT_FOUND', `Artifacts take no ${method}.`);
  }
}

/** Paths here are names in the folder that was asked for. */
async function listFolder(parts: Parts): Promise<object> {
  const { request } = parts.exchange;
  const { path } = readQuery(request.url ?? '');
  if (request.method !== 'GET') throw new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid path: it is empty');
  const place = placeOf(typeof path === 'string' ? path : '');
  await parts.require(needOf(place, 'viewer'));
  const { root } = await treeAt(place, parts);
  const files = await parts.artifacts.list(root, place.path);
  return { files: filled(files.map((file) => ({ ...fileInfo(file), path: file.path.split('/').at(-1) }))) };
}

async function readFile(place: ArtifactPlace, parts: Parts): Promise<null> {
  await parts.require(needOf(place, 'viewer'));
  const { root } = await treeAt(place, parts);
  return await sendFile(parts.artifacts, { root, path: place.path }, parts.exchange);
}

async function receiveFile(place: ArtifactPlace, parts: Parts): Promise<object> {
  const { root, touched } = await writableTree(place, parts);
  await parts.artifacts.put(root, place.path, contentOf(parts.exchange));
  touched();
  return {};
}

async function removeFile(place: ArtifactPlace, parts: Parts): Promise<object> {
  await parts.require(needOf(place, 'contributor'));
  if (place.path === '') throw new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid path: it names no file in there');
  const { root, touched } = await treeAt(place, parts);
  await parts.artifacts.remove(root, place.path);
  touched();
  return {};
}
