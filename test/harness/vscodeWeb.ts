/**
 * VS Code in a browser with the built extension in it, for tests that click
 * through the real thing: one code-server on a port of its own, with fresh
 * settings and storage that are gone after `dispose`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureVscodeServer } from './vscodeServer.ts';

const root = join(import.meta.dirname, '..', '..');

export type VscodeWebOptions = {
  /** The folder that is open in the window. */
  readonly workspace: string;
  /** User settings beside the quiet ones that every test wants. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What the extension host sees, as FLYWHEEL_URL and FLYWHEEL_TOKEN. */
  readonly env?: Readonly<Record<string, string>>;
  /** More options of code-server. */
  readonly options?: readonly string[];
};

export type VscodeWeb = {
  /** Opens the workspace. */
  readonly url: string;
  /** Its user data: settings and logs. */
  readonly home: string;
  /** All that the server printed, for a failing test to show. */
  readonly output: () => string;
  readonly dispose: () => Promise<void>;
};

const quietSettings = {
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'chat.disableAIFeatures': true,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.showReleaseNotes': false,
  'window.autoDetectColorScheme': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/** Starts it with the extension as `node scripts/build.ts` left it in dist. */
export async function startVscodeWeb(options: VscodeWebOptions): Promise<VscodeWeb> {
  const server = await ensureVscodeServer();
  const home = await mkdtemp(join(tmpdir(), 'flywheel-vscode-'));
  await prepareHome(home, options.settings ?? {});
  const child = spawn(server.node, [server.codeServer, ...argumentsFor(home, options)], {
    // In a group of its own: the extension host is a grandchild, and must end with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environmentFor(home, options.env ?? {}),
  });
  const lines: string[] = [];
  const dispose = async () => {
    await endGroup(child);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const address = await listening(child, lines);
    const url = new URL(address);
    url.searchParams.set('folder', options.workspace);
    return { url: url.href, home, output: () => lines.join('\n'), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The extension is linked under the name that VS Code gives to an installed one. */
async function prepareHome(home: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Readonly<Record<string, string>>;
  await mkdir(join(home, 'data', 'User'), { recursive: true });
  await mkdir(join(home, 'extensions'), { recursive: true });
  await symlink(root, join(home, 'extensions', `${manifest.publisher}.${manifest.name}-${manifest.version}`));
  await writeFile(join(home, 'data', 'User', 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }));
  await writeFile(join(home, 'config.yaml'), '');
}

function argumentsFor(home: string, options: VscodeWebOptions): readonly string[] {
  return [
    ...['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--config', join(home, 'config.yaml')],
    ...['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')],
    ...['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'],
    ...['--disable-getting-started-override', '--ignore-last-opened', ...(options.options ?? [])],
  ];
}

/** Without the caller's own FLYWHEEL_ settings, and never joining an editor that runs here already. */
function environmentFor(home: string, extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(FLYWHEEL_|VSCODE_|PORT$|ELECTRON_)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    XDG_DATA_HOME: join(home, 'share'),
    CODE_SERVER_SESSION_SOCKET: join(home, 'session.sock'),
    ...extra,
  };
}

/** Its address, from the line it prints when it listens. */
async function listening(child: ChildProcess, lines: string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const deadline = setTimeout(() => reject(new Error(`code-server is not ready:\n${lines.join('\n')}`)), 60_000);
  child.once('exit', (code) => reject(new Error(`code-server ended (${code}):\n${lines.join('\n')}`)));
  child.once('error', reject);
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      const address = /listening on (https?:\/\/\S+)/.exec(line)?.[1];
      if (address) resolve(address);
    });
  }
  return promise.finally(() => clearTimeout(deadline));
}

/** Everything in the group of a detached child: asked to end, then ended. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  signalGroup(child.pid, 'SIGTERM');
  const force = setTimeout(() => signalGroup(child.pid ?? 0, 'SIGKILL'), 5_000);
  await ended;
  clearTimeout(force);
  signalGroup(child.pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended by itself in between.
  }
}
