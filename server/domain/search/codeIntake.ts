/** Takes code into the index: default branches that moved, and commits that runs were started from. */
import type { Store } from '../shared/store.ts';
import { fileText, isSearched, largestOf } from './fileText.ts';
import type { CodeTexts, FileText, MissingFile, SearchIndex, Tree } from './ports.ts';

export type CodeIntakeDependencies = {
  readonly store: Store;
  readonly index: SearchIndex;
  readonly code: CodeTexts;
};

/** Of a commit with more files the first so many are found. */
export const mostFiles = 100_000;
const filesAtOnce = 1000;
const textAtOnce = 256 * 1024;
const snapshotsAtOnce = 50;

export class CodeIntake {
  readonly #deps: CodeIntakeDependencies;
  readonly #signal: AbortSignal;

  constructor({ store, index, code }: CodeIntakeDependencies, signal: AbortSignal) {
    this.#deps = { store, index, code };
    this.#signal = signal;
  }

  /** Default branches of these projects first, as that is where people look; then what runs wait for. */
  async take(projects: ReadonlySet<string> | 'all'): Promise<true> {
    await this.#takeHeads(projects === 'all' ? await this.#allProjects() : [...projects]);
    await this.#takeSnapshots();
    return true;
  }

  async #allProjects(): Promise<readonly string[]> {
    return this.#deps.store.read(async (stores) => {
      const open = await stores.projects.projects({ ids: null, archived: false });
      const archived = await stores.projects.projects({ ids: null, archived: true });
      return [...new Set([...open, ...archived].map(({ id }) => id))];
    });
  }

  async #takeHeads(projectIds: readonly string[]): Promise<void> {
    if (projectIds.length === 0) return;
    const { index, code } = this.#deps;
    const taken = await index.heads();
    for (const projectId of projectIds) {
      if (this.#signal.aborted) return;
      const commit = await code.headCommit(projectId);
      if (commit === (taken.get(projectId) ?? null)) continue;
      if (commit === null) await index.placeTree({ projectId, commit: '', of: 'head', files: [] });
      else await this.#takeTree(projectId, commit, 'head');
    }
  }

  async #takeSnapshots(): Promise<void> {
    while (!this.#signal.aborted) {
      const waiting = await this.#deps.index.waitingSnapshots(snapshotsAtOnce);
      if (waiting.length === 0) return;
      for (const { projectId, commit } of waiting) await this.#takeTree(projectId, commit, 'runs');
    }
  }

  /** A commit that is not there has no files: it is not asked for again. */
  async #takeTree(projectId: string, commit: string, of: Tree['of']): Promise<void> {
    const { index, code } = this.#deps;
    const listed = (await code.listFiles(projectId, commit, mostFiles)) ?? [];
    const files = listed.filter(({ path }) => isSearched(path));
    for (let at = 0; at < files.length && !this.#signal.aborted; at += filesAtOnce) {
      const missing = await index.missing(files.slice(at, at + filesAtOnce));
      await this.#addTexts(projectId, missing);
    }
    if (!this.#signal.aborted) await index.placeTree({ projectId, commit, of, files });
  }

  async #addTexts(projectId: string, missing: readonly MissingFile[]): Promise<void> {
    let texts: FileText[] = [];
    let unreadable: MissingFile[] = [];
    let size = 0;
    const flush = async () => {
      await this.#deps.index.addFiles(texts, unreadable);
      [texts, unreadable, size] = [[], [], 0];
    };
    for (const file of missing) {
      if (this.#signal.aborted) return;
      const content = await this.#deps.code.content(projectId, file.blob, largestOf(file.path));
      const text = content && fileText(file, content);
      if (text) texts.push(text);
      else unreadable.push(file);
      size += text?.text.length ?? 0;
      if (size >= textAtOnce) await flush();
    }
    if (texts.length + unreadable.length > 0) await flush();
  }
}
