/** Whole files of runs and commits, straight from the server: what the contract gives are beginnings for previews. */
import { ClientError, offline, toClientError } from '../../../client/clientError.ts';

export type RunFile = {
  readonly runId: string;
  readonly of: 'snapshot' | 'base' | 'artifacts';
  readonly path: string;
};
export type CommitFile = { readonly projectId: string; readonly commit: string; readonly path: string };
type Target = { readonly url: string; readonly token: string };

export function downloadRunFile(target: Target, file: RunFile, signal: AbortSignal): Promise<Uint8Array> {
  const kind = file.of === 'artifacts' ? 'artifacts' : 'code';
  const address = new URL(`/api/runs/${encodeURIComponent(file.runId)}/${kind}/file`, target.url);
  address.searchParams.set('path', file.path);
  if (file.of === 'base') address.searchParams.set('of', 'base');
  return download(target, { address, missing: `The run has no file ${file.path}.`, path: file.path }, signal);
}

export function downloadCommitFile(target: Target, file: CommitFile, signal: AbortSignal): Promise<Uint8Array> {
  const { projectId, commit, path } = file;
  const address = new URL(`/api/projects/${projectId}/code/file`, target.url);
  address.searchParams.set('commit', commit);
  address.searchParams.set('path', path);
  return download(target, { address, missing: `Commit ${commit.slice(0, 8)} has no file ${path}.`, path }, signal);
}

type Wanted = { readonly address: URL; readonly path: string; readonly missing: string };

async function download({ url, token }: Target, wanted: Wanted, signal: AbortSignal): Promise<Uint8Array> {
  const headers = { authorization: `Bearer ${token}` };
  try {
    const response = await fetch(wanted.address, { headers, redirect: 'error', signal });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw refused(response.status, wanted);
  } catch (error) {
    if (error instanceof ClientError) throw error;
    if (signal.aborted) throw toClientError(signal.reason);
    throw offline(`${new URL(url).host} does not answer.`, error);
  }
}

function refused(status: number, { path, missing }: Wanted): ClientError {
  if (status === 404) return new ClientError('not-found', missing);
  if (status === 401)
    return new ClientError('token-unknown', 'The server does not accept this token.', { remedy: 'Sign in again.' });
  if (status === 403) return new ClientError('role-missing', `You may not read ${path}.`);
  return new ClientError('failed', `The server did not hand out ${path} (status ${status}).`);
}
