/** The `git` program, where this machine has it: the one that the editor itself uses, else that of the path. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';

type GitExtension = { getAPI(version: 1): { readonly git: { readonly path: string } } };

export type GitCall = {
  readonly cwd: string;
  readonly words: readonly string[];
  readonly signal?: AbortSignal;
  /** Settings of this call alone. They go by the environment, which other people cannot list. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** What it printed; throws what it complained of. */
export async function git({ cwd, words, signal, settings = {} }: GitCall): Promise<string> {
  const options = { cwd, signal, env: environment(settings), maxBuffer: 32 * 2 ** 20 };
  try {
    return (await promisify(execFile)(await program(), [...words], options)).stdout.trim();
  } catch (error) {
    throw toClientError(error, words[0] ?? '');
  }
}

async function program(): Promise<string> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  const found = await Promise.resolve(extension?.activate()).catch(() => undefined);
  try {
    return found?.getAPI(1).git.path || 'git';
  } catch {
    // The editor's Git is switched off.
    return 'git';
  }
}

function environment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const entries = Object.entries(settings).flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  const count = String(Object.keys(settings).length);
  return { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_COUNT: count, ...Object.fromEntries(entries) };
}

function toClientError(error: unknown, verb: string): ClientError {
  const { code, stderr, name } = error as { code?: unknown; stderr?: unknown; name?: string };
  if (name === 'AbortError') return new ClientError('cancelled', 'Cancelled.', { cause: error });
  if (code === 'ENOENT') {
    return new ClientError('not-found', 'There is no git program on this machine.', {
      remedy: 'Install Git, or open a copy of the code.',
      cause: error,
    });
  }
  const lines = String(stderr ?? '')
    .split('\n')
    .filter((line) => line !== '');
  const said = lines.findLast((line) => /^(fatal|error): /.test(line)) ?? lines.at(-1) ?? String(error);
  return new ClientError('failed', `git ${verb} failed: ${said.replace(/^(fatal|error): /, '')}.`, { cause: error });
}
