/**
 * Python environments for tests with real clients, made on demand from PyPI
 * and kept between runs in the user's cache. What the machine lacks is a
 * reason to skip, not a failure.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Python = { readonly path: string } | { readonly missing: string };

const known = new Map<string, Promise<Python>>();

/** An interpreter with these packages; the name is for people who look into the cache. */
export function pythonWith(name: string, requirements: readonly string[]): Promise<Python> {
  const digest = createHash('sha256').update(requirements.join('\n')).digest('hex').slice(0, 12);
  const folder = join(homedir(), '.cache/flywheel/python', `${name}-${digest}`);
  const python = known.get(folder) ?? ready(folder, requirements);
  known.set(folder, python);
  return python;
}

async function ready(folder: string, requirements: readonly string[]): Promise<Python> {
  const path = join(folder, 'bin/python');
  if (await exists(join(folder, '.complete'))) return { path };
  const version = await run('python3', ['--version']).catch(() => null);
  if (version === null) return { missing: 'there is no python3' };
  try {
    await mkdir(join(folder, '..'), { recursive: true });
    // Made under its last name, which its scripts contain; the mark comes last, so a half made one is made anew.
    await run('python3', ['-m', 'venv', '--clear', folder]);
    await run(path, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements], {
      timeout: 480_000,
    });
    await writeFile(join(folder, '.complete'), '');
    return { path };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return {
      missing: `these Python packages could not be installed: ${requirements.join(', ')} (${firstLine(error)})`,
    };
  }
}

export type Ran = { readonly code: number; readonly output: string };

/** Runs a script to its end with nothing of the environment but what is given and the search path. */
export async function runPython(
  python: { readonly path: string },
  script: {
    readonly args: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    readonly cwd?: string;
  },
): Promise<Ran> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: homedir(),
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    ...script.environment,
  };
  const options = { env, timeout: 240_000, maxBuffer: 16 * 1024 * 1024, ...(script.cwd && { cwd: script.cwd }) };
  return await run(python.path, [...script.args], options).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { readonly code?: number; readonly stdout?: string; readonly stderr?: string }) => ({
      code: typeof error.code === 'number' ? error.code : -1,
      output: `${error.stdout ?? ''}${error.stderr ?? ''}`,
    }),
  );
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { readonly stderr?: string; readonly message?: string };
  return (stderr || message || String(error)).trim().split('\n').at(-1) ?? '';
}
