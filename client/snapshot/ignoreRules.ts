/**
 * What of a folder is left out, by files in the way of `.gitignore`: the one
 * in the deepest folder decides. It reads those files and nothing else.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';

type RuleFile = { readonly folder: string; readonly rules: Ignore };

export class IgnoreRules {
  readonly #root: string;
  readonly #fileName: string;
  readonly #byFolder = new Map<string, Promise<RuleFile | null>>();
  readonly #weakest: Ignore;

  /** `weakest` are patterns that any file may overrule. */
  constructor(options: { readonly root: string; readonly fileName: string; readonly weakest: string }) {
    this.#root = options.root;
    this.#fileName = options.fileName;
    this.#weakest = parse(options.weakest);
  }

  /** Whether a path is left out. `path` ends with a slash when it is a folder. */
  async ignores(path: string): Promise<boolean> {
    for (const folder of foldersAbove(path)) {
      const file = await this.#fileIn(folder);
      const verdict = file?.rules.test(folder === '' ? path : path.slice(folder.length + 1));
      if (verdict?.ignored) return true;
      if (verdict?.unignored) return false;
    }
    return this.#weakest.ignores(path);
  }

  #fileIn(folder: string): Promise<RuleFile | null> {
    const known = this.#byFolder.get(folder);
    if (known) return known;
    const loading = readFile(join(this.#root, folder, this.#fileName), 'utf8').then(
      (text) => ({ folder, rules: parse(text) }),
      () => null,
    );
    this.#byFolder.set(folder, loading);
    return loading;
  }
}

function parse(text: string): Ignore {
  return ignore({ ignorecase: process.platform !== 'linux' }).add(text.replace(/^\uFEFF/, ''));
}

/** The folders that a path lies in, the deepest first, the root ('') last. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.replace(/\/$/, '').split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - 1 - index).join('/'));
}
