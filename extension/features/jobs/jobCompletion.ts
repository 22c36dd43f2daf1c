/** Completion in flywheel.yaml: keys and choices by the schema, tiers, environments and jobs by what there is. */
import * as vscode from 'vscode';
import schema from '../../../media/flywheel.schema.json' with { type: 'json' };
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { JobFiles } from './jobFiles.ts';
import { type YamlPlace, yamlPlaceAt } from './yamlPlace.ts';

type Schema = {
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
};

export class JobCompletion implements vscode.CompletionItemProvider {
  readonly #server: ServerConnection;
  readonly #files: JobFiles;

  constructor(server: ServerConnection, files: JobFiles) {
    this.#server = server;
    this.#files = files;
  }

  async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position) {
    const lines = document.getText().split(/\r?\n/);
    const place = yamlPlaceAt(lines, position.line, position.character);
    return place.valueOf === null ? keysAt(place) : this.#values(document, place, place.valueOf);
  }

  async #values(document: vscode.TextDocument, { path }: YamlPlace, key: string): Promise<vscode.CompletionItem[]> {
    const own = schemaAt([...path, key]);
    const choices = own?.enum ?? own?.items?.enum;
    if (choices)
      return choices.map((choice) => new vscode.CompletionItem(choice, vscode.CompletionItemKind.EnumMember));
    const offered = await this.#offered(document, key);
    return offered.map(({ id, about }) => {
      const item = new vscode.CompletionItem(id, vscode.CompletionItemKind.Value);
      item.detail = about;
      return item;
    });
  }

  async #offered(document: vscode.TextDocument, key: string): Promise<readonly Offer[]> {
    if (key === 'depends-on') {
      return this.#files
        .jobsOf(document)
        .map(({ name, definition }) => ({ id: name, about: definition.description ?? '' }));
    }
    if (this.#server.status.state !== 'ready') return [];
    const { tiers, environments } = this.#server.client;
    if (key === 'tier') return (await tiers.list()).tiers.map(({ id, name }) => ({ id, about: name }));
    if (key === 'environment') return (await environments.list()).map(({ id, name }) => ({ id, about: name }));
    return [];
  }
}

type Offer = { readonly id: string; readonly about: string };

function keysAt({ path }: YamlPlace): vscode.CompletionItem[] {
  return Object.entries(schemaAt(path)?.properties ?? {}).map(([key, { description, properties, items }]) => {
    const item = new vscode.CompletionItem(key, vscode.CompletionItemKind.Property);
    item.documentation = description;
    const isNested = properties !== undefined || items !== undefined || key === 'parameters' || key === 'jobs';
    item.insertText = isNested ? `${key}:` : `${key}: `;
    return item;
  });
}

function schemaAt(path: readonly string[]): Schema | undefined {
  let at: Schema | undefined = schema as unknown as Schema;
  for (const key of path) {
    const other: boolean | Schema | undefined = at?.additionalProperties;
    at = at?.properties?.[key] ?? (typeof other === 'object' ? other : undefined);
  }
  return at;
}
