/** A real MLflow server beside ours, on SQLite or on PostgreSQL, in a folder that goes with it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pythonWith } from '../../harness/python.ts';
import type { Address } from './load.ts';

/** The newest when this was written. */
export const mlflowVersion = '3.17.2';
const requirements = [`mlflow==${mlflowVersion}`, 'psycopg2-binary'];

export type Peer = Address & AsyncDisposable & { readonly name: string; readonly folder: string };

/** `prepare` may put a database there before it starts. */
export async function mlflowOnSqlite(prepare?: (file: string) => Promise<void>): Promise<Peer> {
  await using owned = new AsyncDisposableStack();
  const folder = owned.adopt(mkdtempSync('/tmp/flywheel-bench-mlflow-'), remove);
  await prepare?.(join(folder, 'mlflow.db'));
  return await startMlflow({ name: 'MLflow on SQLite', store: `sqlite:///${folder}/mlflow.db`, folder, owned });
}

/** Throws the reason when there is no PostgreSQL here. */
export async function mlflowOnPostgres(): Promise<Peer> {
  await using owned = new AsyncDisposableStack();
  const folder = owned.adopt(mkdtempSync('/tmp/flywheel-bench-postgres-'), remove);
  const port = await startPostgres(folder, owned);
  const store = `postgresql+psycopg2://postgres@127.0.0.1:${port}/postgres`;
  return await startMlflow({ name: 'MLflow on PostgreSQL', store, folder, owned });
}

type Starting = {
  readonly name: string;
  readonly store: string;
  readonly folder: string;
  readonly owned: AsyncDisposableStack;
};

async function startMlflow({ name, store, folder, owned }: Starting): Promise<Peer> {
  const python = await pythonWith('mlflow-server', requirements);
  if ('missing' in python) throw new Error(python.missing);
  const port = await freePort();
  const places = ['--backend-store-uri', store, '--artifacts-destination', join(folder, 'artifacts')];
  const address = ['--host', '127.0.0.1', '--port', String(port)];
  const program = join(dirname(python.path), 'mlflow');
  // With its own number of workers, as people run it; a group of its own, as they are its children.
  const child = spawn(program, ['server', ...places, ...address], { cwd: folder, stdio: 'ignore', detached: true });
  owned.defer(() => endGroup(child));
  const url = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}`);
    return await isUp(`${url}/health`);
  }, `${name} answers`);
  const all = owned.move();
  return { name, url, token: null, folder, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** The folder of its programs; throws where there is none. */
export function postgresPrograms(): string {
  const folders = ['/usr/local/pgsql/bin', ...globSync('/usr/lib/postgresql/*/bin').toSorted().reverse()];
  const found = folders.find((each) => existsSync(join(each, 'initdb')));
  if (found === undefined) throw new Error('there is no PostgreSQL on this machine');
  return found;
}

async function startPostgres(folder: string, owned: AsyncDisposableStack): Promise<number> {
  const bin = postgresPrograms();
  const as = serverUser(folder);
  const data = join(folder, 'data');
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres'], { ...as, cwd: folder });
  if (made.status !== 0) throw new Error(`initdb: ${String(made.stderr).trim().split('\n').at(-1)}`);
  const port = await freePort();
  const options = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder];
  const child = spawn(join(bin, 'postgres'), options, { ...as, cwd: folder, stdio: 'ignore', detached: true });
  owned.defer(() => endGroup(child, 'SIGQUIT'));
  const isReady = () =>
    spawnSync(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' }).status === 0;
  await until(async () => isReady(), 'PostgreSQL answers');
  return port;
}

/** It refuses to run as root: then as the user that its package made. */
function serverUser(folder: string): { readonly uid?: number; readonly gid?: number } {
  if (userInfo().uid !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'postgres']).stdout));
  if (!uid || !gid) throw new Error('PostgreSQL does not run as root, and there is no user postgres');
  chownSync(folder, uid, gid);
  return { uid, gid };
}

async function endGroup(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, signal);
  await ended;
}

function isUp(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

const startMs = 240_000;

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadline = Date.now() + startMs; !(await isSo()); await wait(200)) {
    if (Date.now() > deadline) throw new Error(`after ${startMs / 1000} s not yet: ${what}`);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { readonly port: number };
      probe.close(() => resolve(port));
    });
  });
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
