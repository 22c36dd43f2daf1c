/**
 * What editors' agents get: the server's MCP endpoint, under the person's own
 * token, and one tool that searches prior work from the chat as `#flywheel`.
 * What changes something is asked for by the server, and here nothing changes.
 */
import * as vscode from 'vscode';
import { searchInput } from '../../../protocol/model/search.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { Disposables } from '../../platform/disposables.ts';
import { Emitter } from '../../platform/emitter.ts';
import { failureOf, sentenceOf } from '../../platform/failure.ts';

const providerId = 'flywheel.server';
const searchTool = 'flywheel_search';

export function registerAgents({ server }: { readonly server: ServerConnection }): vscode.Disposable {
  const owned = new Disposables();
  const changed = owned.add(new Emitter<void>());
  let offered = '';
  owned.add(
    server.onDidChange(() => {
      const now = addressOf(server);
      if (now !== offered) changed.fire();
      offered = now;
    }),
  );
  owned.add(
    vscode.lm.registerMcpServerDefinitionProvider(providerId, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: () => definitions(server),
      // The token goes along when an agent starts the server, and is kept nowhere.
      resolveMcpServerDefinition: (definition) => withToken(definition as vscode.McpHttpServerDefinition, server),
    }),
  );
  owned.add(vscode.lm.registerTool(searchTool, new SearchTool(server)));
  return owned;
}

function addressOf(server: ServerConnection): string {
  return server.hello === null ? '' : server.target.url;
}

function definitions(server: ServerConnection): vscode.McpHttpServerDefinition[] {
  const address = addressOf(server);
  if (address === '') return [];
  const uri = vscode.Uri.joinPath(vscode.Uri.parse(address), 'mcp');
  return [new vscode.McpHttpServerDefinition('Flywheel', uri, {}, server.hello?.version)];
}

function withToken(
  definition: vscode.McpHttpServerDefinition,
  { target }: ServerConnection,
): vscode.McpHttpServerDefinition {
  definition.headers = { ...definition.headers, Authorization: `Bearer ${target.token}` };
  return definition;
}

class SearchTool implements vscode.LanguageModelTool<unknown> {
  readonly #server: ServerConnection;

  constructor(server: ServerConnection) {
    this.#server = server;
  }

  prepareInvocation({ input }: vscode.LanguageModelToolInvocationPrepareOptions<unknown>) {
    const { data } = searchInput.safeParse(input);
    return { invocationMessage: data ? `Searching Flywheel for “${data.text}”` : 'Searching Flywheel' };
  }

  async invoke({ input }: vscode.LanguageModelToolInvocationOptions<unknown>, cancelled: vscode.CancellationToken) {
    const abort = new AbortController();
    cancelled.onCancellationRequested(() => abort.abort());
    try {
      const found = await this.#server.client.search.query(searchInput.parse(input), { signal: abort.signal });
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(found))]);
    } catch (error) {
      throw new Error(sentenceOf(failureOf(error)), { cause: error });
    }
  }
}
