/** Files of a run or of a logged model: who may reach them, and how they stream in and out. */
import { pipeline } from 'node:stream/promises';
import type { LoggedModelRegister } from '../../domain/models/loggedModelRegister.ts';
import type { ArtifactStore } from '../../domain/runs/ports.ts';
import { artifactRootKey, modelRootKey } from '../../domain/shared/artifactRoot.ts';
import type { TrackingService } from '../../domain/tracking/trackingService.ts';
import type { ArtifactPlace } from './artifactPath.ts';
import { MlflowError } from './mlflowError.ts';
import type { Context, Exchange, Need } from './route.ts';

export type ArtifactDependencies = {
  readonly tracking: TrackingService;
  readonly models: { readonly logged: LoggedModelRegister };
  readonly artifacts: ArtifactStore;
};

/** The root of a place in the store, and whom to tell of a change below it. */
export type Tree = { readonly root: string; readonly isDeleted: boolean; readonly touched: () => void };

export function needOf({ owner }: Pick<ArtifactPlace, 'owner'>, role: 'viewer' | 'contributor'): Need {
  return owner.kind === 'run' ? { role, runId: owner.id } : { role, modelId: owner.id };
}

/** What lies where the address says; the caller's role is checked before. */
export async function treeAt(place: ArtifactPlace, { tracking, models }: ArtifactDependencies): Promise<Tree> {
  if (place.owner.kind === 'model') {
    const model = await models.logged.get(place.owner.id);
    if (model.experimentId !== place.experimentId) throw absent(place.path);
    return { root: modelRootKey(model), isDeleted: false, touched: () => undefined };
  }
  const { run } = await tracking.run(place.owner.id);
  if (run.experimentId !== place.experimentId) throw absent(place.path);
  return { root: artifactRootKey(run), isDeleted: run.deletedAt !== null, touched: () => tracking.touched(run) };
}

/** A tree that takes files: not that of a deleted run, and not for its root itself. */
export async function writableTree(place: ArtifactPlace, parts: Context & ArtifactDependencies): Promise<Tree> {
  await parts.require(needOf(place, 'contributor'));
  if (place.path === '') throw new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid path: it names no file in there');
  const tree = await treeAt(place, parts);
  if (!tree.isDeleted) return tree;
  const message = `The run ${place.owner.id} must be in the 'active' state; it is deleted.`;
  throw new MlflowError('INVALID_PARAMETER_VALUE', message);
}

/** Always as a download that no browser shows or runs: its content is whatever a job wrote. */
export async function sendFile(
  artifacts: ArtifactStore,
  { root, path }: { readonly root: string; readonly path: string },
  { request, response }: Exchange,
): Promise<null> {
  const found = await artifacts.stat(root, path);
  if (found === null) throw absent(path);
  const name = encodeURIComponent(path.split('/').at(-1) ?? 'artifact');
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${name}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'content-length': found.bytes,
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(artifacts.read(root, path, { from: 0, bytes: found.bytes }), response);
  return null;
}

/** Storage that refuses must not take the connection with it, on which the client is told. */
export function contentOf({ request }: Exchange): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false });
}

export function absent(path: string): MlflowError {
  return new MlflowError('RESOURCE_DOES_NOT_EXIST', `There is no artifact at '${path}'.`);
}

export function fileInfo(file: Awaited<ReturnType<ArtifactStore['list']>>[number]) {
  return { path: file.path, is_dir: file.folder, file_size: file.bytes ?? undefined };
}
