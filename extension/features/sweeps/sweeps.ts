/** Sweeps in editors: the list, and one editor for each sweep. */
import type * as vscode from 'vscode';
import { type PanelPlace, panelPlace } from '../../../protocol/panel.ts';
import { EditorPanels } from '../../panels/editorPanels.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import type { Commands } from '../../platform/commands.ts';

export type SweepsDeps = { readonly commands: Commands; readonly panels: PanelViewDeps };

export function registerSweeps({ commands, panels }: SweepsDeps): vscode.Disposable {
  const editors = new EditorPanels(panels, {
    panel: 'sweep',
    icon: 'sweep',
    keyOf: (place) => (place.panel === 'sweep' ? (place.sweepId ?? 'list') : 'list'),
    titleOf: (place) => (place.panel === 'sweep' && place.sweepId ? 'Sweep' : 'Sweeps'),
  });
  commands.register('flywheel.sweeps.open', (target) => editors.show(sweepPlace(target)));
  return editors;
}

/** From a panel a place, from the tree a project, from the palette nothing. */
function sweepPlace(target: unknown): PanelPlace {
  const place = panelPlace.safeParse({ ...(typeof target === 'object' ? target : {}), panel: 'sweep' });
  return place.success ? place.data : { panel: 'sweep' };
}
