/**
 * Keeps what an ended job left under the paths that its launch named. Keeping
 * a file again is harmless, so a collection that was cut off is simply begun anew.
 */
import { artifactRootKey } from '../shared/artifactRoot.ts';
import { isDomainError, messageOf } from '../shared/errors.ts';
import type { CollectedFile } from './ports.ts';
import type { LaunchedRun, RunContext } from './runContext.ts';

/** Null, or one line about files that could not be kept. A full disk throws: it is waited for. */
export async function collectArtifacts(context: RunContext, run: LaunchedRun, handle: string): Promise<string | null> {
  const refused: string[] = [];
  for await (const file of context.backendOf(run).collect(handle, run.launch.artifacts)) {
    if (context.shutdown.aborted) return null;
    const problem = await keep(context, run, file);
    if (problem !== null) refused.push(problem);
  }
  if (refused.length === 0) return null;
  const more = refused.length > 1 ? ` (and ${refused.length - 1} more)` : '';
  return `Not kept as an artifact: ${refused[0]}${more}.`;
}

async function keep({ deps }: RunContext, run: LaunchedRun, file: CollectedFile): Promise<string | null> {
  try {
    await deps.artifacts.put(artifactRootKey(run), file.path, file.open());
    return null;
  } catch (error) {
    if (isDomainError(error) && error.reason === 'storage-full') throw error;
    deps.log.warn('Artifact not kept', { runId: run.id, path: file.path, error: messageOf(error) });
    return `${file.path}: ${messageOf(error)}`;
  }
}
