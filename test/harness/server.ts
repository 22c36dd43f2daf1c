/**
 * The real server for tests: in this process, or as a child that can be killed
 * without warning. Always on a free port, in a temporary data folder that goes
 * with it unless the test keeps it for another start.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readPortFile } from '../../client/portFile.ts';
import { compose } from '../../server/compose.ts';
import { type Environment, type Flags, readConfig } from '../../server/config.ts';

export type ServerOptions = {
  /** A folder to start again on; the test removes it. Absent makes a fresh one, removed at the end. */
  readonly data?: string;
  readonly port?: number;
  readonly flags?: Omit<Flags, 'data' | 'port'>;
  readonly environment?: Environment;
};

export type TestServer = AsyncDisposable & {
  readonly url: string;
  readonly port: number;
  /** An administrator's. */
  readonly token: string;
  readonly data: string;
  signInUrl(): string;
  /** An orderly end; the data folder stays until disposal. */
  stop(): Promise<void>;
};

export type SpawnedServer = AsyncDisposable & {
  readonly url: string;
  readonly token: string;
  readonly data: string;
  readonly pid: number;
  readonly child: ChildProcess;
  /** What it wrote to standard error so far. */
  readonly stderr: () => string;
  /** `kill -9`, and until it is gone. */
  kill(): Promise<void>;
  /** A signal, and the exit code it ends with. */
  signal(name: NodeJS.Signals): Promise<number | null>;
};

const startDeadlineMs = 20_000;

export async function dataFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'flywheel-data-'));
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 5 });
  return { path, [Symbol.asyncDispose]: remove };
}

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  await using owned = new AsyncDisposableStack();
  const data = options.data ?? owned.use(await dataFolder()).path;
  const flags = { log: 'silent', ...options.flags, data, port: String(options.port ?? 0) };
  const server = await compose(readConfig(flags, options.environment ?? {}));
  owned.defer(() => server.stop());
  const all = owned.move();
  return { ...server, data, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

export async function spawnServer(options: ServerOptions = {}): Promise<SpawnedServer> {
  await using owned = new AsyncDisposableStack();
  const data = options.data ?? owned.use(await dataFolder()).path;
  const { child, stderr } = spawnMain({ ...options, data });
  owned.defer(() => killAndWait(child));
  await untilReady(child, stderr);
  const port = await readPortFile(data);
  if (port === null) throw new Error('the server is ready but left no port file');
  const all = owned.move();
  return {
    url: port.url,
    token: port.token,
    data,
    pid: port.pid,
    child,
    stderr,
    kill: () => killAndWait(child),
    signal: async (name) => {
      const ended = exitOf(child);
      child.kill(name);
      return ended;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Runs the server until it ends by itself: for starts that must be refused. */
export async function failToStart(options: ServerOptions & { readonly data: string }) {
  const { child, stderr } = spawnMain(options);
  const timer = setTimeout(() => child.kill('SIGKILL'), startDeadlineMs);
  const code = await exitOf(child);
  clearTimeout(timer);
  return { code, stderr: stderr() };
}

function spawnMain({ data, port = 0, flags, environment }: ServerOptions & { readonly data: string }) {
  const main = join(import.meta.dirname, '../../server/main.ts');
  const named = Object.entries(flags ?? {}).map(([name, value]) => `--${name}=${String(value)}`);
  const child = spawn(process.execPath, [main, `--port=${port}`, `--data=${data}`, '--no-open', ...named], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return { child, stderr: () => text };
}

async function untilReady(child: ReturnType<typeof spawnMain>['child'], stderr: () => string): Promise<void> {
  const ready = (async () => {
    for await (const line of createInterface(child.stdout)) if (line.startsWith('ready ')) return true;
    return false;
  })();
  const late = AbortSignal.timeout(startDeadlineMs);
  const isReady = await Promise.race([ready, once(late, 'abort').then(() => false)]);
  if (!isReady) throw new Error(`the server did not get ready: ${stderr()}`);
  child.stdout.resume();
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

async function killAndWait(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await exitOf(child);
}
