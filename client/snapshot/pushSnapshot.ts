/**
 * Sends a snapshot to a project's repository on the server over Git's smart
 * HTTP, with what the server lacks and no more. It follows no redirect: the
 * token goes to the address that it belongs to.
 */
import git from 'isomorphic-git';
import { flushPacket, joinBytes, packet, readPackets } from '../../protocol/pktLine.ts';
import { ClientError, offline, toClientError } from '../clientError.ts';
import { atomicFs } from './atomicFs.ts';
import { objectsToSend } from './objectsToSend.ts';
import { type Snapshot, snapshotRef } from './takeSnapshot.ts';

export type PushTarget = {
  readonly url: string;
  readonly token: string;
  readonly projectId: string;
  readonly signal: AbortSignal;
  readonly onStep?: (text: string) => void;
};

const nowhere = '0'.repeat(40);
/** As the server takes it. */
const largestPack = 256 * 2 ** 20;

export async function pushSnapshot(snapshot: Snapshot, target: PushTarget): Promise<void> {
  const { commit, base } = snapshot.code;
  const refs = await discover(target);
  const ref = snapshotRef(commit);
  if (refs.get(ref) === commit) return;
  const has = new Set(refs.values());
  const alike = [snapshot.previous, base].filter((oid) => oid !== null && has.has(oid));
  const order = new Set([...alike, ...has] as string[]);
  const { store } = snapshot;
  const objects = await objectsToSend({ store, tip: commit, has: [...order], signal: target.signal });
  const pack = await packOf(store, objects);
  target.onStep?.(`Sending ${objects.length} objects (${(pack.length / 2 ** 20).toFixed(1)} MiB)`);
  const command = packet(`${refs.get(ref) ?? nowhere} ${commit} ${ref}\0report-status agent=flywheel`);
  const body = joinBytes([command, flushPacket, pack]);
  const answer = await ask(target, { service: 'git-receive-pack', body });
  checkReport(readPackets(answer).lines);
}

async function packOf(store: string, objects: readonly string[]): Promise<Uint8Array> {
  const { packfile } = await git.packObjects({
    fs: atomicFs,
    gitdir: store,
    dir: store,
    oids: [...objects],
    cache: {},
  });
  if (packfile && packfile.length <= largestPack) return packfile;
  const size = Math.round((packfile?.length ?? 0) / 2 ** 20);
  throw new ClientError(
    'too-large',
    `What is new since the last push has ${size} MiB packed; 256 MiB can be sent at once.`,
    {
      field: 'code',
      remedy: 'Leave data out with .gitignore or .flywheelignore, or push the history in parts with git first.',
    },
  );
}

async function discover(target: PushTarget): Promise<ReadonlyMap<string, string>> {
  const refs = new Map<string, string>();
  for (const line of readPackets(await ask(target, { service: 'git-receive-pack', body: null })).lines) {
    const [, oid, name] = /^([0-9a-f]{40}) ([^\0]+)/.exec(line ?? '') ?? [];
    if (oid !== undefined && name !== undefined && oid !== nowhere) refs.set(name, oid);
  }
  return refs;
}

type Question = { readonly service: string; readonly body: Uint8Array<ArrayBuffer> | null };

async function ask(target: PushTarget, { service, body }: Question): Promise<Uint8Array> {
  const repository = `${target.url.replace(/\/$/, '')}/git/${encodeURIComponent(target.projectId)}.git`;
  const address = body === null ? `${repository}/info/refs?service=${service}` : `${repository}/${service}`;
  const type = body === null ? {} : { 'content-type': `application/x-${service}-request` };
  try {
    const response = await fetch(address, {
      method: body === null ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${target.token}`, ...type },
      body,
      redirect: 'error',
      signal: target.signal,
    });
    const content = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return content;
    throw refusal(response.status, target.projectId, new TextDecoder().decode(content));
  } catch (error) {
    if (error instanceof ClientError) throw error;
    if (target.signal.aborted) throw toClientError(new DOMException('Cancelled.', 'AbortError'));
    throw offline(`${new URL(target.url).host} does not answer.`, error);
  }
}

function refusal(status: number, projectId: string, text: string): ClientError {
  const line = text.split('\n')[0]?.slice(0, 300) ?? '';
  if (status === 401)
    return new ClientError('token-unknown', 'The server does not accept this token.', { remedy: 'Sign in again.' });
  if (status === 403) {
    const remedy = 'Ask an owner of the project for the role of contributor.';
    return new ClientError('role-missing', `You may not push to the project ${projectId}.`, {
      field: 'projectId',
      remedy,
    });
  }
  if (status === 404) {
    const remedy = 'Choose one of the projects on this server.';
    return new ClientError('not-found', `There is no project ${projectId}.`, { field: 'projectId', remedy });
  }
  if (status === 413)
    return new ClientError('too-large', line || 'The snapshot is too large for the server.', { field: 'code' });
  return new ClientError('failed', `The server did not take the snapshot (status ${status}): ${line}`);
}

/** "unpack ok", then "ok REF" or "ng REF why" for each. */
function checkReport(lines: readonly (string | null)[]): void {
  const unpack = lines[0] ?? 'no report';
  const refused = lines.find((line) => line?.startsWith('ng '));
  if (unpack === 'unpack ok' && refused === undefined) return;
  const why = unpack === 'unpack ok' ? refused?.split(' ').slice(2).join(' ') : unpack.replace(/^unpack /, '');
  throw new ClientError('failed', `The server did not take the snapshot: ${why}.`, { field: 'code' });
}
