/**
 * Where in the store an address of the artifact proxy leads. The address is
 * decoded exactly once and then either names something inside one run or one
 * logged model, or is refused; nothing is cleaned up.
 */
import { isSafeRelativePath } from '../../../protocol/model/common.ts';
import { MlflowError } from './mlflowError.ts';

export type ArtifactOwner =
  | { readonly kind: 'run'; readonly id: string }
  | { readonly kind: 'model'; readonly id: string };

export type ArtifactPlace = {
  readonly experimentId: string;
  readonly owner: ArtifactOwner;
  /** Inside its artifacts; empty for their root. */
  readonly path: string;
};

const longest = 4096;

/** `raw` is as it stood in the address, still encoded. */
export function decodePath(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw invalidPath();
  }
}

export function checkedPath(path: string): string {
  if (path.length > longest || !isSafeRelativePath(path)) throw invalidPath();
  return path;
}

/** Paths are `<experiment>/<run>/artifacts/...` and `<experiment>/models/<model>/artifacts/...`, as clients are told. */
export function placeOf(path: string): ArtifactPlace {
  const [experimentId, ...parts] = checkedPath(path).split('/');
  const [kind, id, folder, ...rest] =
    parts[0] === 'models' ? (['model', ...parts.slice(1)] as const) : ['run', ...parts];
  if (experimentId !== undefined && id !== undefined && folder === 'artifacts') {
    return { experimentId, owner: { kind: kind === 'model' ? 'model' : 'run', id }, path: rest.join('/') };
  }
  const message =
    'Invalid path: artifacts lie in <experiment id>/<run id>/artifacts/... or <experiment id>/models/<model id>/artifacts/...';
  throw new MlflowError('INVALID_PARAMETER_VALUE', message);
}

function invalidPath(): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid path: it must be relative, with no . or .. in it');
}
