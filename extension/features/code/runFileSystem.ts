/**
 * The `flywheel:` file system: what runs started from and what they made, as
 * read-only files that the editor opens, compares and copies like any other.
 * It turns errors into those that the editor knows, and fetches nothing itself.
 */
import * as vscode from 'vscode';
import { toClientError } from '../../../client/clientError.ts';
import type { Artifact } from '../../../protocol/model/run.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { type CodePlace, codeParts, codeScheme, parseCodeUri } from '../../platform/codeUri.ts';
import { Disposables } from '../../platform/disposables.ts';
import { failureOf, sentenceOf } from '../../platform/failure.ts';
import type { CodeTree } from './runCode.ts';
import type { RunFiles } from './runFiles.ts';

export type RunFileSystemDeps = {
  readonly files: RunFiles;
  readonly server: Pick<ServerConnection, 'status' | 'onDidChange'>;
  /** Runs that are known by name: the top of the tree lists them. */
  readonly runIds: () => readonly string[];
};

type Inside = Extract<CodePlace, { kind: 'inside' }>;
type InCommit = Extract<CodePlace, { kind: 'commit' }>;

/** The editor holds a file several times in memory; larger ones are downloaded instead. */
const largestFile = 50 * 2 ** 20;
const deadlineMs = 120_000;

export class RunFileSystem implements vscode.FileSystemProvider {
  readonly #deps: RunFileSystemDeps;
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  /** What could not be reached: told anew to the editor when the line is back. */
  readonly #missed = new Map<string, vscode.Uri>();
  readonly onDidChangeFile = this.#changed.event;

  constructor(deps: RunFileSystemDeps) {
    this.#deps = deps;
    this.#owned.add(deps.server.onDidChange(() => this.#onServer()));
  }

  /** Code never changes, and a file that could not be reached is told of by itself. */
  watch(): vscode.Disposable {
    return { dispose: () => undefined };
  }

  /** A window asks for its folders before it lets the extension connect: what is always a folder is told without a server. */
  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return this.#answer(uri, async (place) => {
      if (place.kind === 'runs' || place.kind === 'run' || place.path === '') return folderStat;
      if (isArtifact(place)) return this.#statArtifact(uri, place);
      const listed = (await this.#tree(place)).at(place.path);
      if (listed === null) throw vscode.FileSystemError.FileNotFound(uri);
      if (listed.kind === 'folder') return folderStat;
      const { file } = listed;
      return fileStat(file.bytes ?? (await this.#deps.files.read(file, AbortSignal.timeout(deadlineMs))).length);
    });
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    return this.#answer(uri, async (place) => {
      if (place.kind === 'runs') return folders(this.#deps.runIds());
      if (place.kind === 'run') return folders(codeParts);
      if (isArtifact(place)) return (await this.#artifactsIn(uri, place)).map(entryOf);
      const listed = (await this.#tree(place)).at(place.path);
      if (listed === null) throw vscode.FileSystemError.FileNotFound(uri);
      if (listed.kind === 'file') throw vscode.FileSystemError.FileNotADirectory(uri);
      return [...listed.entries].map(([name, kind]) => [name, typeOf(kind === 'folder')]);
    });
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return this.#answer(uri, async (place) => {
      if (place.kind === 'runs' || place.kind === 'run') throw vscode.FileSystemError.FileIsADirectory(uri);
      const signal = AbortSignal.timeout(deadlineMs);
      if (isArtifact(place)) {
        refuseLarge(place, (await this.#statArtifact(uri, place)).size);
        return this.#deps.files.readArtifact(place.runId, place.path, signal);
      }
      const listed = (await this.#tree(place)).at(place.path);
      if (listed === null) throw vscode.FileSystemError.FileNotFound(uri);
      if (listed.kind === 'folder') throw vscode.FileSystemError.FileIsADirectory(uri);
      refuseLarge(place, listed.file.bytes ?? 0);
      return this.#deps.files.read(listed.file, signal);
    });
  }

  createDirectory(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  delete(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  rename(uri: vscode.Uri): never {
    throw readOnly(uri);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #answer<T>(uri: vscode.Uri, work: (place: CodePlace) => Promise<T>): Promise<T> {
    const place = parseCodeUri(uri);
    if (place === null) throw vscode.FileSystemError.FileNotFound(uri);
    try {
      return await work(place);
    } catch (error) {
      throw this.#fileError(uri, error);
    }
  }

  /** The editor tells its own errors apart; what a person should do stands in the text. */
  #fileError(uri: vscode.Uri, error: unknown): vscode.FileSystemError {
    if (error instanceof vscode.FileSystemError) return error;
    const known = toClientError(error);
    const text = sentenceOf(failureOf(known));
    switch (known.reason) {
      case 'not-found':
        return vscode.FileSystemError.FileNotFound(text);
      case 'signed-out':
      case 'token-unknown':
      case 'token-expired':
      case 'role-missing':
      case 'scope-missing':
        return vscode.FileSystemError.NoPermissions(text);
      default:
        this.#missed.set(uri.toString(), uri);
        return vscode.FileSystemError.Unavailable(text);
    }
  }

  async #tree(place: Inside | InCommit): Promise<CodeTree> {
    if (place.kind === 'commit') return this.#deps.files.commit(place.projectId, place.commit);
    const { code, base, run } = await this.#deps.files.code(place.runId);
    const tree = place.of === 'base' ? base : code;
    if (tree) return tree;
    throw vscode.FileSystemError.FileNotFound(`The code of ${run.name} has no commit that it was made from`);
  }

  async #statArtifact(uri: vscode.Uri, place: Inside): Promise<vscode.FileStat> {
    const slash = place.path.lastIndexOf('/');
    const siblings = await this.#deps.files.artifacts(place.runId, place.path.slice(0, Math.max(0, slash)));
    const found = siblings.find(({ path }) => path === place.path);
    if (!found) throw vscode.FileSystemError.FileNotFound(uri);
    return found.folder ? folderStat : fileStat(found.bytes ?? 0);
  }

  async #artifactsIn(uri: vscode.Uri, place: Inside): Promise<readonly Artifact[]> {
    const stat = await this.#statArtifact(uri, place);
    if (stat.type !== vscode.FileType.Directory) throw vscode.FileSystemError.FileNotADirectory(uri);
    return this.#deps.files.artifacts(place.runId, place.path);
  }

  #onServer(): void {
    if (this.#deps.server.status.state !== 'ready' || this.#missed.size === 0) return;
    const changes = [...this.#missed.values()].map((uri) => ({ type: vscode.FileChangeType.Changed, uri }));
    this.#missed.clear();
    this.#changed.fire(changes);
    // The explorer takes no news of a folder that it could not list.
    const folders = vscode.workspace.workspaceFolders ?? [];
    if (folders.some(({ uri }) => uri.scheme === codeScheme)) {
      void vscode.commands.executeCommand('workbench.files.action.refreshFilesExplorer');
    }
  }
}

const permissions = vscode.FilePermission.Readonly;
const folderStat: vscode.FileStat = { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0, permissions };

/** The times do not change, so that the editor takes no file for changed. */
function fileStat(size: number): vscode.FileStat {
  return { type: vscode.FileType.File, ctime: 0, mtime: 1, size, permissions };
}

function typeOf(isFolder: boolean): vscode.FileType {
  return isFolder ? vscode.FileType.Directory : vscode.FileType.File;
}

function isArtifact(place: Inside | InCommit): place is Inside {
  return place.kind === 'inside' && place.of === 'artifacts';
}

function folders(names: readonly string[]): [string, vscode.FileType][] {
  return names.map((name) => [name, vscode.FileType.Directory]);
}

function entryOf({ path, folder }: Artifact): [string, vscode.FileType] {
  return [path.slice(path.lastIndexOf('/') + 1), typeOf(folder)];
}

function refuseLarge(place: Inside | InCommit, bytes: number): void {
  if (bytes <= largestFile) return;
  const { path } = place;
  const remedy = isArtifact(place)
    ? 'Download it from the Artifacts tab of the run.'
    : 'Open a copy of the code in a new window.';
  throw vscode.FileSystemError.Unavailable(
    `${path} has ${(bytes / 2 ** 20).toFixed(1)} MiB; files up to ${largestFile / 2 ** 20} MiB open here. ${remedy}`,
  );
}

function readOnly(uri: vscode.Uri): vscode.FileSystemError {
  return vscode.FileSystemError.NoPermissions(`What a run had cannot be changed: ${uri.path}`);
}
