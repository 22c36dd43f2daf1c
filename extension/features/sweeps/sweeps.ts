/** Sweeps: their list and one editor for each, `sweep.yaml` in the editor, and news of their ends. */
import * as vscode from 'vscode';
import { type PanelPlace, panelPlace } from '../../../protocol/panel.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { EditorPanels } from '../../panels/editorPanels.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import type { Settings } from '../../platform/settings.ts';
import { announceSweeps } from './announceSweeps.ts';
import { newSweep } from './newSweep.ts';
import { startSweep } from './startSweep.ts';
import { watchSweepFiles } from './sweepFiles.ts';

export type SweepsDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly settings: Settings;
  readonly panels: PanelViewDeps;
};

export function registerSweeps(deps: SweepsDeps): vscode.Disposable {
  const { commands, server, panels } = deps;
  const owned = new Disposables();
  const editors = owned.add(
    new EditorPanels(panels, {
      panel: 'sweep',
      icon: 'sweep',
      keyOf: (place) => (place.panel === 'sweep' ? (place.sweepId ?? 'list') : 'list'),
      titleOf: (place) => (place.panel === 'sweep' && place.sweepId ? 'Sweep' : 'Sweeps'),
    }),
  );
  owned.add(watchSweepFiles());
  owned.add(announceSweeps(deps));
  commands.register('flywheel.sweeps.open', (target) => editors.show(sweepPlace(target)));
  commands.register('flywheel.sweeps.new', (target) => newSweep(target));
  commands.register('flywheel.sweeps.start', async (target) => {
    const { id } = await startSweep(server, target);
    editors.show({ panel: 'sweep', sweepId: id });
  });
  return owned;
}

/** From a panel a place, from the tree a project, from the palette nothing. */
function sweepPlace(target: unknown): PanelPlace {
  const asked = typeof target === 'object' && !(target instanceof vscode.Uri) ? target : {};
  const place = panelPlace.safeParse({ ...asked, panel: 'sweep' });
  return place.success ? place.data : { panel: 'sweep' };
}
