/** Runs in editors: one panel a run, titled as the run is. */
import type * as vscode from 'vscode';
import type { RunSummary } from '../../../protocol/model/run.ts';
import type { PanelPlace } from '../../../protocol/panel.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { LiveList } from '../../connection/liveList.ts';
import { pickRun } from '../../connection/pickRun.ts';
import { EditorPanels } from '../../panels/editorPanels.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';

export type RunPanelDeps = {
  readonly commands: Commands;
  readonly runs: LiveList<RunSummary>;
  readonly panels: PanelViewDeps;
};

export function registerRunPanel({ commands, runs, panels }: RunPanelDeps): vscode.Disposable {
  const owned = new Disposables();
  const editors = owned.add(
    new EditorPanels(panels, {
      panel: 'run',
      icon: 'run',
      keyOf: (place) => runIdOf(place),
      titleOf: (place) => spellOut(runs.items.find((run) => run.id === runIdOf(place))?.name ?? 'Run'),
    }),
  );
  owned.add(runs.onDidChange(() => editors.retitle()));
  commands.register('flywheel.runs.open', async (target) => {
    const run = await pickRun(fromPlace(target), runs.items, 'Open which run?');
    editors.show({ panel: 'run', runId: run.id, ...tabIn(target) });
  });
  return owned;
}

function runIdOf(place: PanelPlace): string {
  return place.panel === 'run' ? place.runId : '';
}

/** A panel asks with a place, a tree with a run. */
function fromPlace(target: unknown): unknown {
  return typeof target === 'object' && target !== null && 'runId' in target ? target.runId : target;
}

function tabIn(target: unknown): { readonly tab?: string } {
  const isNamed = typeof target === 'object' && target !== null && 'tab' in target && typeof target.tab === 'string';
  return isNamed ? { tab: target.tab as string } : {};
}
