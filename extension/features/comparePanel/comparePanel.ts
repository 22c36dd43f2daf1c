/** Runs compared, in one editor, which moves to whatever runs are asked for. */
import type * as vscode from 'vscode';
import * as z from 'zod';
import { ClientError } from '../../../client/clientError.ts';
import { runId } from '../../../protocol/model/common.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import { mostCompared, type PanelPlace, panelPlace } from '../../../protocol/panel.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { LiveList } from '../../connection/liveList.ts';
import { EditorPanels } from '../../panels/editorPanels.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import type { Commands } from '../../platform/commands.ts';
import { chooseMany } from '../../platform/notifications.ts';

export type ComparePanelDeps = {
  readonly commands: Commands;
  readonly runs: LiveList<RunSummary>;
  readonly panels: PanelViewDeps;
};

export function registerComparePanel({ commands, runs, panels }: ComparePanelDeps): vscode.Disposable {
  const editors = new EditorPanels(panels, {
    panel: 'compare',
    icon: 'experiments',
    keyOf: () => 'compare',
    titleOf: () => 'Comparison',
  });
  commands.register('flywheel.runs.compare', async (target, chosen) => {
    editors.show(placeOf(target, chosen) ?? (await choosePlace(runs)));
  });
  return editors;
}

/** What a tree hands over: the node that was clicked, and all that are selected. */
const nodes = z.array(z.object({ id: runId }));

function placeOf(target: unknown, chosen: unknown): PanelPlace | null {
  const place = panelPlace.safeParse(target);
  if (place.success && place.data.panel === 'compare') return place.data;
  const selected = nodes.safeParse(chosen);
  return selected.success && selected.data.length > 1 ? comparison(selected.data.map(({ id }) => id)) : null;
}

async function choosePlace({ items }: LiveList<RunSummary>): Promise<PanelPlace> {
  const choices = items.map(({ id, name, state, projectId }) => ({
    label: spellOut(name),
    description: `${state} · ${projectId}`,
    value: id,
  }));
  return comparison(await chooseMany(`Compare which runs? (2 to ${mostCompared})`, choices));
}

function comparison(runIds: readonly string[]): PanelPlace {
  const place = panelPlace.safeParse({ panel: 'compare', runIds });
  if (place.success) return place.data;
  throw new ClientError('invalid-input', `The runs cannot be compared: ${place.error.issues[0]?.message}.`, {
    remedy: `Select 2 to ${mostCompared} different runs.`,
  });
}
