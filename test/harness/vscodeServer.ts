/**
 * A real VS Code for tests, from npm: the server of `code-server`, installed
 * once into a cache folder of its own (two minutes, 600 MB), because the
 * project's dependencies should not carry it. It must never leave a half
 * installed folder behind that the next run would take for a whole one.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const version = '4.139.1';
const nodeVersion = process.versions.node;

export type VscodeServer = {
  /** Node of the version that its native modules were built for. */
  readonly node: string;
  /** The command line of code-server: VS Code with a front page of its own. */
  readonly codeServer: string;
};

/** The installed server; installs it first where it is missing. Throws with a remedy where that is impossible. */
export async function ensureVscodeServer(folder: string = defaultFolder()): Promise<VscodeServer> {
  if (!(await isInstalled(folder))) await install(folder);
  return locate(folder);
}

function defaultFolder(): string {
  return process.env.FLYWHEEL_TEST_VSCODE || join(homedir(), '.cache', 'flywheel', 'vscode');
}

function locate(folder: string): VscodeServer {
  return {
    node: join(nodePackage(folder), 'bin', 'node'),
    codeServer: join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
  };
}

function nodePackage(folder: string): string {
  return join(folder, 'node_modules', `node-${process.platform}-${process.arch}`);
}

/** The extensions' own modules are the last thing that its installer brings. */
async function isInstalled(folder: string): Promise<boolean> {
  const root = join(folder, 'node_modules', 'code-server');
  const manifest = await readFile(join(root, 'package.json'), 'utf8').catch(() => '{}');
  const installed = (JSON.parse(manifest) as { readonly version?: string }).version;
  return installed === version && existsSync(join(root, 'lib/vscode/extensions/node_modules'));
}

/** Into a folder beside it, then renamed: there is a whole one or none. */
async function install(folder: string): Promise<void> {
  const fresh = `${folder}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  try {
    const manifest = { private: true, allowScripts: { 'code-server': true, argon2: true } };
    await writeFile(join(fresh, 'package.json'), JSON.stringify(manifest));
    await npmInstall(fresh, `node-${process.platform}-${process.arch}@${nodeVersion}`);
    await npmInstall(fresh, `code-server@${version}`);
    if (!(await isInstalled(fresh))) throw new Error('npm left out its extensions');
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true });
    const remedy = 'it needs npm and, to build its modules, python3, a C++ compiler and libkrb5-dev';
    throw new Error(`VS Code could not be installed from npm (${remedy})`, { cause });
  }
}

/**
 * npm runs under the first node on PATH, and code-server accepts none but its
 * own major version; `nodedir` has the headers, which are not fetched then.
 * What an npm around the tests set is left out: code-server believes its
 * `npm_config_user_agent`, which names the node of that npm.
 */
async function npmInstall(folder: string, name: string): Promise<void> {
  const node = nodePackage(folder);
  const bin = existsSync(node) ? join(node, 'bin') : dirname(process.execPath);
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('npm_'));
  const env = {
    ...Object.fromEntries(inherited),
    PATH: [bin, process.env.PATH].join(delimiter),
    npm_config_nodedir: node,
    npm_config_save_exact: 'true',
  };
  const limits = { timeout: 15 * 60_000, maxBuffer: 64 * 1024 * 1024 };
  await promisify(execFile)('npm', ['install', '--no-fund', '--no-audit', name], { cwd: folder, env, ...limits });
}
