/**
 * Git's smart HTTP at `/git/<project>.git/`: who may, which request it is, and
 * the answer. A viewer of the project may fetch, a contributor may push. It
 * writes no ref itself and shows nobody a project that they may not see.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { codeOf, errorStatus } from '../../../protocol/errors.ts';
import type { Access } from '../../../protocol/model/access.ts';
import { flushPacket, joinBytes, MalformedPacket } from '../../../protocol/pktLine.ts';
import type { GitRepositories, RefUpdate } from '../../domain/code/ports.ts';
import type { Caller } from '../../domain/shared/call.ts';
import { DomainError, isDomainError } from '../../domain/shared/errors.ts';
import { readCredential } from '../http/credential.ts';
import type { AccessControl } from '../http/services.ts';
import { useOf } from '../http/tokenUse.ts';
import { advertise, type GitService, readVersion } from './advertisement.ts';
import { refuseLfs } from './lfs.ts';
import { inBand, readPush, refuseUpdate, reportPush } from './receive.ts';
import { openBody, PacketBody } from './requestBody.ts';
import { agree, readFetch, unknownWant } from './upload.ts';

export type GitHandlerDependencies = {
  readonly repositories: GitRepositories;
  readonly authenticate: AccessControl['authenticate'];
  readonly authorize: (caller: Caller, access: Access, input: unknown) => Promise<void>;
  /** Which of these the caller may move in the project, and how; a refusal is one line that Git shows. */
  readonly guard: (
    updates: readonly RefUpdate[],
    of: { readonly projectId: string; readonly caller: Caller },
  ) => Promise<readonly { readonly update: RefUpdate; readonly refusal: string | null }[]>;
  /** Told after refs moved. */
  readonly onPush: (projectId: string, refs: readonly RefUpdate[], caller: Caller) => void | Promise<void>;
};

export const largestPack = 256 * 2 ** 20;
const longestSection = 2 ** 20;
const largestFetchRequest = 8 * 2 ** 20;

type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly projectId: string;
  readonly caller: Caller;
};

export function createGitHandler(deps: GitHandlerDependencies) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    if (refuseLfs(request, response)) return true;
    const route = readRoute(request);
    if (route === null) return false;
    try {
      const caller = await signIn(deps, request);
      await deps.authorize(caller, accessOf(route.service), { projectId: route.projectId });
      // The project is there: a repository that is not (the built-in project's, a lost one) is made now.
      await deps.repositories.ensureRepository(route.projectId);
      await answer(deps, route, { request, response, projectId: route.projectId, caller });
    } catch (error) {
      sendRefusal(response, error);
    }
    return true;
  };
}

type Route = { readonly projectId: string; readonly service: GitService; readonly step: 'refs' | 'exchange' };

/** Null for what is no address of Git's. */
function readRoute(request: IncomingMessage): Route | null {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, projectId = '', rest = ''] = addressPattern.exec(url.pathname) ?? [];
  const step = rest === 'info/refs' ? 'refs' : 'exchange';
  const service = readService(step === 'refs' ? url.searchParams.get('service') : rest);
  const method = step === 'refs' ? 'GET' : 'POST';
  return service !== null && request.method === method ? { projectId, service, step } : null;
}

const addressPattern = /^\/git\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

function readService(name: string | null): GitService | null {
  return name === 'git-upload-pack' || name === 'git-receive-pack' ? name : null;
}

function accessOf(service: GitService): Access {
  return { kind: 'project', role: service === 'git-upload-pack' ? 'viewer' : 'contributor', of: 'projectId' };
}

async function signIn(deps: GitHandlerDependencies, request: IncomingMessage): Promise<Caller> {
  const secret = readCredential(request);
  if (secret !== null) return deps.authenticate(secret, useOf(request));
  throw new DomainError('signed-out', 'Give a Flywheel token as the password; any user name will do.');
}

async function answer(deps: GitHandlerDependencies, route: Route, exchange: Exchange): Promise<void> {
  if (route.step === 'refs') return sendRefs(deps, route, exchange);
  return route.service === 'git-receive-pack' ? takePush(deps, exchange) : sendPack(deps, exchange);
}

async function sendRefs(deps: GitHandlerDependencies, { service }: Route, exchange: Exchange): Promise<void> {
  const { projectId, request, response } = exchange;
  const refs = await deps.repositories.refs(projectId);
  const head = await deps.repositories.head(projectId);
  const version = readVersion(request.headers['git-protocol']);
  startAnswer(response, `application/x-${service}-advertisement`);
  response.end(advertise({ service, refs, head, version }));
}

async function takePush(deps: GitHandlerDependencies, exchange: Exchange): Promise<void> {
  const { projectId, request, response, caller } = exchange;
  const body = new PacketBody(openBody(request, largestPack + longestSection));
  const { updates, capabilities } = readPush(await body.section(longestSection));
  const guarded = await deps.guard(updates, { projectId, caller });
  const judged = guarded.map(({ update, refusal }) => ({ update, error: refuseUpdate(update) ?? refusal }));
  const refused = judged.flatMap(({ update: { ref }, error }) => (error === null ? [] : [{ ref, error }]));
  const allowed = judged.flatMap(({ update, error }) => (error === null ? [update] : []));
  // A client that only deletes sends no pack; one that was refused everything is heard to the end, and forgotten.
  const pack = updates.some(({ to }) => to !== null) ? body.rest() : null;
  if (allowed.length === 0 && pack) await drain(pack);
  const report = await deps.repositories.receive(projectId, allowed, allowed.length === 0 ? null : pack);
  startAnswer(response, 'application/x-git-receive-pack-result');
  const moved = allowed.filter(({ ref }) => report.refs.some((one) => one.ref === ref && one.error === null));
  if (moved.length > 0) await deps.onPush(projectId, moved, caller);
  response.end(reportPush({ ...report, refs: [...report.refs, ...refused] }, capabilities));
}

async function drain(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of pieces);
}

async function sendPack(deps: GitHandlerDependencies, exchange: Exchange): Promise<void> {
  const { projectId, request, response } = exchange;
  const fetch = readFetch(await readWhole(openBody(request, largestFetchRequest)));
  const unknown = unknownWant(fetch, await deps.repositories.refs(projectId));
  if (unknown !== null) throw new MalformedPacket(`not our ref ${unknown}`);
  const common = await filterAsync(fetch.haves, (id) => deps.repositories.hasObject(projectId, id));
  const { lines, sendsPack } = agree(fetch, common);
  startAnswer(response, 'application/x-git-upload-pack-result');
  response.write(joinBytes(lines));
  if (!sendsPack || fetch.wants.length === 0) return void response.end();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const pack = deps.repositories.pack(projectId, { wants: fetch.wants, haves: common, signal: gone.signal });
  await streamPack(response, pack, fetch.capabilities.has('side-band-64k'));
}

async function streamPack(response: ServerResponse, pack: AsyncIterable<Uint8Array>, banded: boolean): Promise<void> {
  for await (const piece of pack) {
    for (const part of banded ? inBand(1, piece) : [piece]) await write(response, part);
  }
  response.end(banded ? flushPacket : undefined);
}

async function filterAsync<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<readonly T[]> {
  const kept: T[] = [];
  for (const item of items) if (await keep(item)) kept.push(item);
  return kept;
}

async function readWhole(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return joinBytes(pieces);
}

/** Waits while the client reads slowly; the pack is made no faster than it is taken. */
async function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  if (response.write(bytes) || response.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once('drain', resolve).once('close', resolve);
  await promise;
  response.off('drain', resolve).off('close', resolve);
}

function startAnswer(response: ServerResponse, type: string): void {
  response.statusCode = 200;
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'no-cache, max-age=0, must-revalidate');
}

/** Git shows the text of an `ERR` line, and of a plain-text refusal. */
function sendRefusal(response: ServerResponse, error: unknown): void {
  const known = error instanceof MalformedPacket ? new DomainError('invalid-input', error.message) : error;
  if (!isDomainError(known)) throw error;
  if (response.headersSent) return void response.destroy();
  response.statusCode = errorStatus[codeOf(known.reason)];
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  if (response.statusCode === 401) response.setHeader('www-authenticate', 'Basic realm="Flywheel", charset="UTF-8"');
  if (!response.req.complete) response.setHeader('connection', 'close');
  response.end(`${known.message}${known.remedy ? ` ${known.remedy}` : ''}\n`);
}
