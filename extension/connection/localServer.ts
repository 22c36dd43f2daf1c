/**
 * Starts a Flywheel server on this machine and waits until it can be found.
 * It outlives the window, because its runs do. It must never run a program
 * that the opened workspace brings.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ClientError } from '../../client/clientError.ts';
import { type PortFile, readPortFile } from '../../client/portFile.ts';

export type LocalServerOptions = {
  /** Folder of the extension, which brings the server. */
  readonly extensionPath: string;
  /** Setting; empty means the first suitable one. */
  readonly nodePath: string;
  readonly dataFolder: string;
  readonly logFile: string;
  readonly signal: AbortSignal;
};

const oldestNode = 24;
const patienceMs = 30_000;

export async function startLocalServer(options: LocalServerOptions): Promise<PortFile> {
  const running = await readPortFile(options.dataFolder);
  if (running) return running;
  const program = { node: await findNode(options), file: serverFile(options.extensionPath) };
  const first = await launch(program, options, []);
  if (first.found) return first.found;
  // Another program has the usual port: any free one does, it is found by the port file.
  const second = /in use|EADDRINUSE/i.test(first.output) ? await launch(program, options, ['--port', '0']) : first;
  if (second.found) return second.found;
  const lines = second.output.trim().split('\n').slice(-3).join(' ');
  throw new ClientError('failed', `The local server did not start: ${lines || 'it said nothing'}`, {
    remedy: `Its output is in ${options.logFile}.`,
  });
}

type Launched = { readonly found: PortFile | null; readonly output: string };
type Program = { readonly node: string; readonly file: string };

async function launch(program: Program, options: LocalServerOptions, more: readonly string[]): Promise<Launched> {
  await mkdir(dirname(options.logFile), { recursive: true });
  const output = await open(options.logFile, 'w', 0o600);
  const child = spawn(program.node, [program.file, 'serve', '--data', options.dataFolder, ...more], {
    cwd: dirname(program.file),
    detached: true,
    // A file and not a pipe: the server must not end when the window does.
    stdio: ['ignore', output.fd, output.fd],
    env: serverEnvironment(),
  });
  await output.close();
  child.unref();
  const found = await untilFound(child, options);
  return { found, output: await readFile(options.logFile, 'utf8').catch(() => '') };
}

/** Without what the editor sets for its own processes. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(inherited), FLYWHEEL_OPEN: '0', ELECTRON_RUN_AS_NODE: '1' };
}

async function untilFound(child: ChildProcess, options: LocalServerOptions): Promise<PortFile | null> {
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  child.once('error', () => {
    ended = true;
  });
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const found = await readPortFile(options.dataFolder);
    if (found || ended) return found;
    await sleep(100, undefined, { signal: options.signal });
  }
  child.kill();
  return null;
}

/** Sources where there are sources, so that a change is seen; else the bundle that ships. */
function serverFile(extensionPath: string): string {
  const candidates = [join(extensionPath, 'cli', 'bin.mjs'), join(extensionPath, 'dist', 'server', 'flywheel.mjs')];
  const found = candidates.find((file) => existsSync(file));
  if (found) return found;
  throw new ClientError('failed', 'This build of the extension brings no server.', {
    remedy: 'Set flywheel.serverUrl to the server of your team.',
  });
}

async function findNode(options: LocalServerOptions): Promise<string> {
  const candidates = options.nodePath
    ? [options.nodePath]
    : [join(options.extensionPath, 'node_modules', 'node', 'bin', 'node'), 'node', process.execPath];
  for (const candidate of candidates) {
    if (await isRecentNode(candidate)) return candidate;
  }
  throw new ClientError('failed', `A local server needs Node ${oldestNode} or newer.`, {
    remedy: 'Install it, or name it in the setting flywheel.nodePath.',
  });
}

async function isRecentNode(path: string): Promise<boolean> {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const answer = await promisify(execFile)(path, ['--version'], { env, timeout: 10_000 }).catch(() => null);
  return Number(/^v(\d+)\./.exec(answer?.stdout ?? '')?.[1] ?? 0) >= oldestNode;
}
