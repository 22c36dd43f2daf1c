/**
 * A run's artifact, or a file of its code, as a file. It always arrives as a download that no browser
 * shows or runs, because its content is whatever a job wrote.
 */
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { commitId, isSafeRelativePath, runId } from '../../../protocol/model/common.ts';
import type { CodeStore } from '../../domain/code/ports.ts';
import type { ArtifactStore } from '../../domain/runs/ports.ts';
import type { Caller } from '../../domain/shared/call.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Store } from '../../domain/shared/store.ts';
import type { AccessControl } from '../http/services.ts';
import { readRange } from './range.ts';

export type DownloadOptions = {
  readonly access: AccessControl;
  readonly store: Pick<Store, 'read'>;
  readonly artifacts: Pick<ArtifactStore, 'stat' | 'read'>;
  readonly code: Pick<CodeStore, 'file'>;
};

type DownloadRequest = { readonly request: Request; readonly response: Response; readonly caller: Caller };

export async function sendArtifact(
  { request, response, caller }: DownloadRequest,
  { access, store, artifacts }: DownloadOptions,
): Promise<void> {
  const id = readRunId(request.params.runId);
  const path = readPath(request.query.path);
  await access.authorize(caller, { kind: 'project', role: 'viewer', of: 'runId' }, { runId: id });
  const run = await store.read(({ runs }) => runs.run(id));
  const root = run && `${run.experimentId}/${run.id}/artifacts`;
  const found = root && (await artifacts.stat(root, path));
  if (!root || !found) throw new DomainError('not-found', `The run has no artifact ${path}`, { field: 'path' });
  const range = readRange(request.get('range'), found.bytes);
  const { from, bytes } = range ?? { from: 0, bytes: found.bytes };
  asDownload(response, path).set({ 'content-length': String(bytes), 'accept-ranges': 'bytes' });
  if (range !== null) response.status(206).set('content-range', `bytes ${from}-${from + bytes - 1}/${found.bytes}`);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(artifacts.read(root, path, { from, bytes }), response);
}

/** A whole file of the snapshot that a run started from, or of its base: no larger than a snapshot may hold. */
export async function sendCode(
  { request, response, caller }: DownloadRequest,
  { access, store, code }: DownloadOptions,
): Promise<void> {
  const id = readRunId(request.params.runId);
  const path = readPath(request.query.path);
  const of = request.query.of ?? 'snapshot';
  if (of !== 'snapshot' && of !== 'base') {
    throw new DomainError('invalid-input', 'A file is of the snapshot or of the base.', { field: 'of' });
  }
  await access.authorize(caller, { kind: 'project', role: 'viewer', of: 'runId' }, { runId: id });
  const run = await store.read(({ runs }) => runs.run(id));
  const commit = of === 'base' ? run?.launch?.code.base : run?.launch?.code.commit;
  const content = run && commit ? await code.file(run.projectId, commit, path) : null;
  if (content === null)
    throw new DomainError('not-found', `The ${of} of the run has no file ${path}`, { field: 'path' });
  asDownload(response, path).set('content-length', String(content.length)).end(content);
}

/** A whole file of a commit of a project. */
export async function sendCommitted(
  { request, response, caller }: DownloadRequest,
  { access, code }: DownloadOptions,
): Promise<void> {
  const path = readPath(request.query.path);
  const commit = commitId.safeParse(request.query.commit);
  if (!commit.success)
    throw new DomainError('invalid-input', 'A commit has 40 lower-case hex digits.', { field: 'commit' });
  const projectId = String(request.params.projectId);
  await access.authorize(caller, { kind: 'project', role: 'viewer', of: 'projectId' }, { projectId });
  const content = await code.file(projectId, commit.data, path);
  if (content === null) throw new DomainError('not-found', `The commit has no file ${path}`, { field: 'path' });
  asDownload(response, path).set('content-length', String(content.length)).end(content);
}

function asDownload(response: Response, path: string): Response {
  // `attachment` would guess a type from the name; the bytes stay bytes.
  return response.attachment(path.split('/').at(-1) ?? 'artifact').set({
    'content-type': 'application/octet-stream',
    'content-security-policy': "default-src 'none'; sandbox",
  });
}

function readRunId(text: unknown): string {
  const parsed = runId.safeParse(text);
  if (!parsed.success) throw new DomainError('not-found', 'There is no such run', { field: 'runId' });
  return parsed.data;
}

function readPath(text: unknown): string {
  if (typeof text === 'string' && text !== '' && text.length <= 4096 && isSafeRelativePath(text)) return text;
  throw new DomainError('unsafe-path', 'An artifact path is relative, with forward slashes and no . or .. segments', {
    field: 'path',
  });
}
