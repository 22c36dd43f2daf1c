/** Tokens, each kept for the one server it is for, in the editor's secret storage and nowhere else. */
import type * as vscode from 'vscode';

export class Secrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  token(url: string): Thenable<string | undefined> {
    return this.#storage.get(keyOf(url));
  }

  keepToken(url: string, token: string): Thenable<void> {
    return this.#storage.store(keyOf(url), token);
  }

  forgetToken(url: string): Thenable<void> {
    return this.#storage.delete(keyOf(url));
  }
}

function keyOf(url: string): string {
  return `flywheel.token:${new URL(url).origin}`;
}
