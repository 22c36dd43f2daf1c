/** Starts the real server as a process of its own, in a folder that is removed afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const root = join(import.meta.dirname, '../../..');
const token = 'bench-token-0123456789abcdef';

export type BenchServer = AsyncDisposable & {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** Its data folder. */
  readonly data: string;
  /** From the start of the process to its `ready` line, in milliseconds. */
  readonly startMs: number;
};

async function readyUrl(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (!stdout) throw new Error('the server has no standard output');
  for await (const line of createInterface({ input: stdout })) {
    const url = /^ready (\S+)/.exec(line)?.[1];
    if (url) {
      stdout.resume();
      return url;
    }
  }
  throw new Error(`the server ended with code ${child.exitCode} before it was ready`);
}

export function newDataFolder(): string {
  return mkdtempSync(join(tmpdir(), 'flywheel-bench-'));
}

type BenchServerOptions = { readonly data?: string; readonly environment?: Readonly<Record<string, string>> };

/** `command` runs in the root of the project; the data folder goes by environment, and is removed at the end. */
export async function startBenchServer(
  command: readonly [string, ...string[]],
  { data = newDataFolder(), environment = {} }: BenchServerOptions = {},
): Promise<BenchServer> {
  const env = {
    ...process.env,
    FLYWHEEL_DATA: data,
    FLYWHEEL_PORT: '0',
    FLYWHEEL_OPEN: '0',
    FLYWHEEL_TOKEN: token,
    FLYWHEEL_EXAMPLES: '0',
    ...environment,
  };
  const began = performance.now();
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const url = await readyUrl(child);
  const startMs = performance.now() - began;
  // npm starts the server as a grandchild: the port file names the one that listens.
  const pid = (JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { readonly pid: number }).pid;
  return {
    url,
    token,
    pid,
    data,
    startMs,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      process.kill(pid, 'SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

export function serveDirectly(options?: BenchServerOptions): Promise<BenchServer> {
  return startBenchServer([process.execPath, 'cli/bin.mjs', 'serve'], options);
}
