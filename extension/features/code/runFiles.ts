/**
 * What runs have as files, fetched when first asked for: code is kept, as it
 * never changes; folders of artifacts until the run grows. It holds nothing of
 * a server that was left.
 */
import type { Artifact } from '../../../protocol/model/run.ts';
import { Disposables } from '../../platform/disposables.ts';
import { ContentCache } from './contentCache.ts';
import { downloadRunFile } from './download.ts';
import { type CodeEntry, type CodeTree, loadCommit, loadRunCode, type RunCode, type RunCodeDeps } from './runCode.ts';

const cachedBytes = 64 * 2 ** 20;
const keptRuns = 50;
const patienceMs = 15_000;

export class RunFiles {
  readonly #deps: RunCodeDeps;
  readonly #codes = new Map<string, Promise<RunCode>>();
  readonly #commits = new Map<string, Promise<CodeTree>>();
  readonly #folders = new Map<string, Promise<readonly Artifact[]>>();
  readonly #contents = new ContentCache(cachedBytes);
  readonly #owned = new Disposables();
  #url: string | null;

  constructor(deps: RunCodeDeps) {
    this.#deps = deps;
    this.#url = deps.server.status.url;
    this.#owned.add(deps.server.onDidChange(() => this.#onServer()));
    this.#owned.add(
      deps.server.onEvent((message) => {
        if (message.kind === 'reset') this.#folders.clear();
        if (message.kind === 'touched') for (const { runId } of message.runs) this.#forgetFolders(runId);
        if (message.kind === 'event' && message.event.subject.runId) this.#forgetFolders(message.event.subject.runId);
      }),
    );
  }

  async code(runId: string): Promise<RunCode> {
    return remembered(this.#codes, runId, async () => {
      await this.#connected();
      return loadRunCode(this.#deps, runId);
    });
  }

  async commit(projectId: string, commit: string): Promise<CodeTree> {
    return remembered(this.#commits, `${projectId} ${commit}`, async () => {
      await this.#connected();
      return loadCommit(this.#deps, projectId, commit);
    });
  }

  /** What lies in a folder of its artifacts. */
  async artifacts(runId: string, path: string): Promise<readonly Artifact[]> {
    return remembered(this.#folders, `${runId} ${path}`, async () => {
      await this.#connected();
      return this.#deps.server.client.runs.artifacts({ runId, path });
    });
  }

  async read(entry: CodeEntry, signal: AbortSignal): Promise<Uint8Array> {
    const kept = this.#contents.get(entry.id);
    if (kept) return kept;
    await this.#connected();
    const content = await entry.read(signal);
    this.#contents.keep(entry.id, content);
    return content;
  }

  async readArtifact(runId: string, path: string, signal: AbortSignal): Promise<Uint8Array> {
    await this.#connected();
    return downloadRunFile(this.#deps.server.target, { runId, of: 'artifacts', path }, signal);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#clear();
  }

  /** A window that was reloaded asks for its files before it is connected. */
  async #connected(): Promise<void> {
    await this.#deps.server.ready(AbortSignal.timeout(patienceMs));
  }

  #onServer(): void {
    const { url } = this.#deps.server.status;
    if (url === this.#url) return;
    this.#url = url;
    this.#clear();
  }

  #clear(): void {
    this.#codes.clear();
    this.#commits.clear();
    this.#folders.clear();
    this.#contents.clear();
  }

  #forgetFolders(runId: string): void {
    for (const key of this.#folders.keys()) if (key.startsWith(`${runId} `)) this.#folders.delete(key);
  }
}

/** One answer for all who ask; a failure is forgotten, so that the next one asks again. */
function remembered<T>(kept: Map<string, Promise<T>>, key: string, load: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known) return known;
  const loading = load();
  kept.set(key, loading);
  loading.catch(() => kept.get(key) === loading && kept.delete(key));
  for (const oldest of kept.keys()) {
    if (kept.size <= keptRuns) break;
    kept.delete(oldest);
  }
  return loading;
}
