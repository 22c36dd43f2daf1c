/**
 * Where in the store an address of the artifact proxy leads. The address is
 * decoded exactly once and then either names something inside one run, or is
 * refused; nothing is cleaned up.
 */
import { isSafeRelativePath } from '../../../protocol/model/common.ts';
import { MlflowError } from './mlflowError.ts';

export type ArtifactPlace = {
  readonly experimentId: string;
  readonly runId: string;
  /** Inside the run's artifacts; empty for their root. */
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

/** Paths are `<experiment>/<run>/artifacts/...`, as the addresses that runs are given. */
export function placeOf(path: string): ArtifactPlace {
  const [experimentId, runId, folder, ...rest] = checkedPath(path).split('/');
  if (experimentId !== undefined && runId !== undefined && folder === 'artifacts') {
    return { experimentId, runId, path: rest.join('/') };
  }
  const message = 'Invalid path: artifacts lie in <experiment id>/<run id>/artifacts/...';
  throw new MlflowError('INVALID_PARAMETER_VALUE', message);
}

function invalidPath(): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid path: it must be relative, with no . or .. in it');
}
