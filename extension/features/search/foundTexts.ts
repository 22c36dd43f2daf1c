/** Files of default branches as a search found them, read-only: no run has them, so no folder of a run shows them. */
import * as vscode from 'vscode';
import type { ServerConnection } from '../../connection/serverConnection.ts';

export const foundScheme = 'flywheel-found';

/** Named as the file is, so that the editor knows its language. */
export function foundUri(project: string, path: string, id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: foundScheme, path: `/${project}/${path}`, query: id });
}

export class FoundTexts implements vscode.TextDocumentContentProvider {
  readonly #server: ServerConnection;

  constructor(server: ServerConnection) {
    this.#server = server;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    await this.#server.ready(AbortSignal.timeout(15_000));
    return (await this.#server.client.search.read({ id: uri.query })).text;
  }
}
