/** The `git` binary as the oracle, run without blocking this process, which is also the server. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { WorkTree } from '../../unit/client/workTree.ts';
import type { GitServer } from './gitServer.ts';

type Outcome = { readonly code: number | null; readonly out: string };

/** Without blocking: the server runs in this process. */
export function run(cwd: string, ...args: string[]): Promise<Outcome> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const child = spawn('git', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    out += data;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out: out.trim() })));
}

export async function ok(cwd: string, ...args: string[]): Promise<string> {
  const { code, out } = await run(cwd, ...args);
  assert.equal(code, 0, `git ${args.join(' ')}: ${out}`);
  return out;
}

export async function fsck(server: GitServer): Promise<void> {
  const out = await ok(server.repository, 'fsck', '--strict', '--no-dangling');
  assert.doesNotMatch(out, /error|missing|broken/);
}

/** Some history, large and small files, deltas, a tag, a branch. */
export function history(tree: WorkTree, commits: number): WorkTree {
  tree.init();
  for (let index = 0; index < commits; index += 1) {
    const lines = Array.from({ length: 400 }, (_, line) => `line ${line} ${line === index ? 'changed' : ''}`);
    tree.write({ 'long.txt': lines.join('\n'), [`dir${index % 3}/file${index}.txt`]: `content ${index}` });
    tree.commit(`Commit ${index}`);
  }
  tree.git('tag', '-a', 'v1', '-m', 'First');
  return tree;
}
