/** A folder with a real repository for snapshot tests, made by the `git` binary, gone afterwards. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const quiet = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };

export class WorkTree implements Disposable {
  readonly folder: string;
  readonly #top: string;
  readonly #cacheBefore = process.env.FLYWHEEL_CACHE;

  constructor() {
    this.#top = realpathSync(mkdtempSync(join(tmpdir(), 'flywheel-tree-')));
    this.folder = join(this.#top, 'work');
    mkdirSync(this.folder);
    process.env.FLYWHEEL_CACHE = join(this.#top, 'cache');
  }

  get beside(): string {
    return this.#top;
  }

  git(...args: string[]): string {
    return runGit(this.folder, args);
  }

  init(): this {
    this.git('init', '-q', '-b', 'main');
    this.git('config', 'user.name', 'Test');
    this.git('config', 'user.email', 'test@example.org');
    return this;
  }

  write(files: Readonly<Record<string, string>>): this {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    return this;
  }

  commit(message = 'Change'): string {
    this.git('add', '-A');
    this.git('commit', '-q', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Makes files look as if they had been written a while ago. */
  age(...paths: string[]): this {
    const then = new Date(Date.now() - 60_000);
    for (const path of paths) utimesSync(join(this.folder, path), then, then);
    return this;
  }

  /** What a commit holds, as mode and path. */
  tree(commit: string, store = join(this.folder, '.git')): string[] {
    const out = runGit(this.#top, ['--git-dir', store, 'ls-tree', '-r', '--format=%(objectmode) %(path)', commit]);
    return out.split('\n').filter((line) => line !== '');
  }

  [Symbol.dispose](): void {
    if (this.#cacheBefore === undefined) delete process.env.FLYWHEEL_CACHE;
    else process.env.FLYWHEEL_CACHE = this.#cacheBefore;
    rmSync(this.#top, { recursive: true, force: true });
  }
}

export function runGit(cwd: string, args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd,
    env: { ...process.env, ...quiet },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}
