/**
 * The ports that a job may listen on. Each is a Unix socket in a folder that
 * only this user can enter, and a number on the loopback address for tools
 * that know no sockets. A connection goes to what the job's own record names,
 * never to what a caller asks for. A number can be taken by somebody else
 * between its choice and its use; a socket cannot.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DomainError } from '../../domain/shared/errors.ts';
import { hasCode, type JobRecord, jobFiles, type PortRecord, readRecord } from './jobFolder.ts';

type Ports = Readonly<Record<string, PortRecord>>;

const connectMs = 5000;

export async function takePorts(names: readonly string[]): Promise<Ports> {
  if (names.length === 0) return {};
  const folder = await socketFolder();
  const taken = names.map(async (name): Promise<[string, PortRecord]> => {
    if (!/^[a-z]{1,20}$/.test(name)) throw new DomainError('invalid-input', 'The name of a port is not usable.');
    return [name, { port: await freePort(), socket: folder === null ? null : join(folder, name) }];
  });
  return Object.fromEntries(await Promise.all(taken));
}

export function portVariables(ports: Ports): Readonly<Record<string, string>> {
  const variables = Object.entries(ports).flatMap(([name, { port, socket }]) => [
    [`FLYWHEEL_PORT_${name.toUpperCase()}`, String(port)],
    ...(socket === null ? [] : [[`FLYWHEEL_SOCKET_${name.toUpperCase()}`, socket]]),
  ]);
  return Object.fromEntries(variables);
}

/** Rejects while nothing listens. */
export async function connectToPort(folder: string, name: string): Promise<Socket> {
  const job = await readRecord<JobRecord>(folder, jobFiles.job);
  const record = job?.ports && Object.hasOwn(job.ports, name) ? job.ports[name] : undefined;
  if (record === undefined) throw new DomainError('not-found', 'The job has no such port.');
  if (record.socket === null) return opened({ host: '127.0.0.1', port: record.port });
  try {
    return await opened({ path: record.socket });
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'ECONNREFUSED')) throw error;
    return opened({ host: '127.0.0.1', port: record.port });
  }
}

/** What lies outside of the job's folder. */
export async function dropPorts({ ports = {} }: Pick<JobRecord, 'ports'>): Promise<void> {
  const folders = new Set(Object.values(ports).flatMap(({ socket }) => (socket === null ? [] : dirname(socket))));
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}

/** Its path must be short, which a data folder's need not be. Only this user may enter what `mkdtemp` makes. */
async function socketFolder(): Promise<string | null> {
  if (process.platform === 'win32') return null;
  return mkdtemp(join(tmpdir(), 'flywheel-'));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function opened(to: { readonly path: string } | { readonly host: string; readonly port: number }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...to, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('The tool does not answer.')), connectMs);
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
}
