/** The experiments in one editor, which moves to whatever project or experiment is asked for. */
import type * as vscode from 'vscode';
import { type PanelPlace, panelPlace } from '../../../protocol/panel.ts';
import { EditorPanels } from '../../panels/editorPanels.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import type { Commands } from '../../platform/commands.ts';

export type ExperimentsPanelDeps = { readonly commands: Commands; readonly panels: PanelViewDeps };

export function registerExperimentsPanel({ commands, panels }: ExperimentsPanelDeps): vscode.Disposable {
  const editors = new EditorPanels(panels, {
    panel: 'experiments',
    icon: 'experiments',
    keyOf: () => 'experiments',
    titleOf: () => 'Experiments',
  });
  commands.register('flywheel.experiments.open', (target) => editors.show(placeOf(target)));
  return editors;
}

/** From a panel a place, from the tree a project or an experiment of it. */
function placeOf(target: unknown): PanelPlace {
  const place = panelPlace.safeParse({ panel: 'experiments', ...(typeof target === 'object' ? target : {}) });
  return place.success && place.data.panel === 'experiments' ? place.data : { panel: 'experiments' };
}
