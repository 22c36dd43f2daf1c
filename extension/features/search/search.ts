/** Finding prior work: the panel, the quick pick, and what is found in its place. */
import * as vscode from 'vscode';
import { panelPlace } from '../../../protocol/panel.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { EditorPanels } from '../../panels/editorPanels.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { FoundTexts, foundScheme } from './foundTexts.ts';
import { foundRequest, openHit } from './openHit.ts';
import { quickSearch } from './quickSearch.ts';

export type SearchDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly panels: PanelViewDeps;
};

export function registerSearch({ commands, server, panels }: SearchDeps): vscode.Disposable {
  const owned = new Disposables();
  const editors = owned.add(
    new EditorPanels(panels, { panel: 'search', icon: 'search', keyOf: () => 'search', titleOf: () => 'Search' }),
  );
  owned.add(vscode.workspace.registerTextDocumentContentProvider(foundScheme, new FoundTexts(server)));
  commands.register('flywheel.search.open', (target) => {
    const place = panelPlace.safeParse({ panel: 'search', ...(typeof target === 'object' ? target : {}) });
    editors.show(place.success && place.data.panel === 'search' ? place.data : { panel: 'search' });
  });
  commands.register('flywheel.search.quick', () => quickSearch({ commands, server }));
  commands.register('flywheel.search.openHit', (target) => {
    const { hit, line } = foundRequest.parse(target);
    return openHit(commands, hit, line);
  });
  return owned;
}
