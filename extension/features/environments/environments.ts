/** Environments: their panel in one editor, their files as documents, and their import from the open folder. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import { type DefinitionFileName, definitionTexts } from '../../../protocol/model/definitionTexts.ts';
import { type PanelPlace, panelPlace } from '../../../protocol/panel.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { EditorPanels } from '../../panels/editorPanels.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { Cancelled } from '../../platform/failure.ts';
import { choose } from '../../platform/notifications.ts';
import { DefinitionFileSystem, definitionScheme, definitionUri } from './definitionFileSystem.ts';
import { importFolder } from './importFolder.ts';

export type EnvironmentsDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly panels: PanelViewDeps;
};

export function registerEnvironments({ commands, server, panels }: EnvironmentsDeps): vscode.Disposable {
  const owned = new Disposables();
  const editors = owned.add(
    new EditorPanels(panels, {
      panel: 'environments',
      icon: 'environments',
      keyOf: () => 'environments',
      titleOf: () => 'Environments',
    }),
  );
  const files = owned.add(new DefinitionFileSystem(server));
  owned.add(vscode.workspace.registerFileSystemProvider(definitionScheme, files, { isCaseSensitive: true }));
  commands.register('flywheel.environments.open', (target) => editors.show(placeOf(target)));
  commands.register('flywheel.environments.edit', (target) => edit(server, target));
  commands.register('flywheel.environments.import', async () => {
    const environmentId = await importFolder(server);
    editors.show({ panel: 'environments', environmentId });
  });
  return owned;
}

/** From a panel a place, from the palette nothing. */
function placeOf(target: unknown): PanelPlace {
  const place = panelPlace.safeParse({ panel: 'environments', ...(typeof target === 'object' ? target : {}) });
  return place.success && place.data.panel === 'environments' ? place.data : { panel: 'environments' };
}

async function edit(server: ServerConnection, target: unknown): Promise<void> {
  const asked = (target ?? {}) as { readonly environmentId?: string; readonly file?: DefinitionFileName };
  const environmentId = asked.environmentId ?? (await chooseEnvironment(server));
  const { latest } = await server.client.environments.get({ environmentId });
  const names = Object.keys(definitionTexts(latest.definition)) as DefinitionFileName[];
  const file = asked.file ?? names[0];
  if (!file)
    throw new ClientError('invalid-input', `${environmentId} is the software of the machine: there is no file.`);
  const document = await vscode.workspace.openTextDocument(definitionUri(environmentId, file));
  if (file === 'devcontainer.json') await vscode.languages.setTextDocumentLanguage(document, 'jsonc');
  await vscode.window.showTextDocument(document);
}

async function chooseEnvironment({ client }: ServerConnection): Promise<string> {
  const choices = (await client.environments.list())
    .filter(({ latest }) => latest.definition.kind !== 'system')
    .map(({ id, name, latest }) => ({ label: name, description: `${id}, revision ${latest.revision}`, value: id }));
  const chosen = await choose('Edit which environment?', choices);
  if (chosen === null) throw new Cancelled();
  return chosen;
}
