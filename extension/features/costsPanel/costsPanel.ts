/** What runs cost, in one editor. */
import type * as vscode from 'vscode';
import { EditorPanels } from '../../panels/editorPanels.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import type { Commands } from '../../platform/commands.ts';

export type CostsPanelDeps = { readonly commands: Commands; readonly panels: PanelViewDeps };

export function registerCostsPanel({ commands, panels }: CostsPanelDeps): vscode.Disposable {
  const editors = new EditorPanels(panels, {
    panel: 'costs',
    icon: 'costs',
    keyOf: () => 'costs',
    titleOf: () => 'Costs',
  });
  commands.register('flywheel.costs.open', () => editors.show({ panel: 'costs' }));
  return editors;
}
