/**
 * Files of environments as documents (`flywheel-env:/ID.devcontainer.json`):
 * reading gives the newest revision, saving makes the next. What the server
 * refuses is not saved, and says why.
 */
import * as vscode from 'vscode';
import { toClientError } from '../../../client/clientError.ts';
import {
  type DefinitionFileName,
  definitionFileNames,
  definitionTexts,
  withText,
} from '../../../protocol/model/definitionTexts.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { Disposables } from '../../platform/disposables.ts';
import { failureOf, sentenceOf } from '../../platform/failure.ts';

export const definitionScheme = 'flywheel-env';

/** Not `devcontainer.json` alone: for that name the editor fetches a schema from the web, and fails offline. */
export function definitionUri(environmentId: string, file: DefinitionFileName): vscode.Uri {
  return vscode.Uri.from({ scheme: definitionScheme, path: `/${environmentId}.${file}` });
}

type Address = { readonly environmentId: string; readonly file: DefinitionFileName };

export class DefinitionFileSystem implements vscode.FileSystemProvider {
  readonly #server: Pick<ServerConnection, 'client'>;
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  readonly onDidChangeFile = this.#changed.event;

  constructor(server: Pick<ServerConnection, 'client'>) {
    this.#server = server;
  }

  watch(): vscode.Disposable {
    return { dispose: () => undefined };
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    if (addressOf(uri) === null) return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    const { text, createdAt } = await this.#read(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: createdAt, size: Buffer.byteLength(text) };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return new TextEncoder().encode((await this.#read(uri)).text);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const { environmentId, file } = requireAddress(uri);
    const { environments } = this.#server.client;
    await answered(async () => {
      const { latest } = await environments.get({ environmentId });
      const definition = withText(latest.definition, file, new TextDecoder().decode(content));
      if (definition === null) throw vscode.FileSystemError.FileNotFound(uri);
      await environments.revise({ environmentId, definition, message: `${file} edited in VS Code` });
    });
    this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #read(uri: vscode.Uri): Promise<{ readonly text: string; readonly createdAt: number }> {
    const { environmentId, file } = requireAddress(uri);
    const { latest } = await answered(() => this.#server.client.environments.get({ environmentId }));
    const text = definitionTexts(latest.definition)[file];
    if (text === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    // The server keeps texts without their last line end; editors want one.
    return { text: `${text}\n`, createdAt: latest.createdAt };
  }
}

function addressOf(uri: vscode.Uri): Address | null {
  const [, environmentId, name] = /^\/([a-z0-9-]+)\.([^/]+)$/.exec(uri.path) ?? [];
  const file = definitionFileNames.find((each) => each === name);
  return environmentId && file ? { environmentId, file } : null;
}

function requireAddress(uri: vscode.Uri): Address {
  const address = addressOf(uri);
  if (address) return address;
  throw vscode.FileSystemError.FileNotFound(uri);
}

/** The editor shows the text of an error of its own kind only. */
async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof vscode.FileSystemError) throw error;
    const known = toClientError(error);
    const text = sentenceOf(failureOf(known));
    throw known.reason === 'not-found'
      ? vscode.FileSystemError.FileNotFound(text)
      : vscode.FileSystemError.Unavailable(text);
  }
}
