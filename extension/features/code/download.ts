/** A whole file of a run, straight from the server: what the contract gives are beginnings for previews. */
import { ClientError, offline, toClientError } from '../../../client/clientError.ts';

export type RunFile = {
  readonly runId: string;
  readonly of: 'snapshot' | 'base' | 'artifacts';
  readonly path: string;
};
type Target = { readonly url: string; readonly token: string };

export async function downloadRunFile({ url, token }: Target, file: RunFile, signal: AbortSignal): Promise<Uint8Array> {
  const kind = file.of === 'artifacts' ? 'artifacts' : 'code';
  const address = new URL(`/api/runs/${encodeURIComponent(file.runId)}/${kind}/file`, url);
  address.searchParams.set('path', file.path);
  if (file.of === 'base') address.searchParams.set('of', 'base');
  try {
    const response = await fetch(address, { headers: { authorization: `Bearer ${token}` }, redirect: 'error', signal });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw refused(response.status, file.path);
  } catch (error) {
    if (error instanceof ClientError) throw error;
    if (signal.aborted) throw toClientError(signal.reason);
    throw offline(`${new URL(url).host} does not answer.`, error);
  }
}

function refused(status: number, path: string): ClientError {
  if (status === 404) return new ClientError('not-found', `The run has no file ${path}.`);
  if (status === 401)
    return new ClientError('token-unknown', 'The server does not accept this token.', { remedy: 'Sign in again.' });
  if (status === 403) return new ClientError('role-missing', `You may not read ${path}.`);
  return new ClientError('failed', `The server did not hand out ${path} (status ${status}).`);
}
