/** The runs view with its commands: open, stop, filter. */
import * as vscode from 'vscode';
import type { Project } from '../../../protocol/model/project.ts';
import { isFinal, type RunSummary } from '../../../protocol/model/run.ts';
import { spellOut, spellOutWithin } from '../../../protocol/spellOut.ts';
import type { LiveList } from '../../connection/liveList.ts';
import { pickRun } from '../../connection/pickRun.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import { setContextKey } from '../../platform/contextKeys.ts';
import { Disposables } from '../../platform/disposables.ts';
import { type Choice, choose, confirm } from '../../platform/notifications.ts';
import { type RunFilter, RunTree } from './runTree.ts';

export type RunsDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly runs: LiveList<RunSummary>;
  readonly projects: LiveList<Project>;
};

export function registerRuns(deps: RunsDeps): vscode.Disposable {
  const { commands, runs } = deps;
  const owned = new Disposables();
  const tree = owned.add(new RunTree(runs));
  const view = owned.add(
    vscode.window.createTreeView('flywheel.runsView', { treeDataProvider: tree, canSelectMany: true }),
  );
  owned.add(view.onDidChangeVisibility(() => tree.tickWhile(view)));
  owned.add(runs.onDidChange(() => showBadge(view, runs)));
  tree.tickWhile(view);
  commands.register('flywheel.runs.refresh', () => runs.refresh());
  commands.register('flywheel.runs.stop', (target, when) => stopRun(deps, target, when));
  commands.register('flywheel.runs.filter', async () => {
    tree.filter = await choose('Show which runs?', filters(deps));
    view.description = wordsOf(tree.filter);
    setContextKey('flywheel.runsFiltered', tree.filter.kind !== 'all');
  });
  return owned;
}

/** Called with `now` it does not ask: by a program, or by what has asked already. */
async function stopRun({ server, runs }: RunsDeps, target: unknown, when: unknown): Promise<void> {
  const active = runs.items.filter((run) => !isFinal(run.state));
  const run = await pickRun(target, active, 'Stop which run?');
  const detail = 'It gets a moment to end by itself, then it is killed.';
  if (when !== 'now') await confirm(`Stop ${spellOutWithin(run.name)}?`, detail, 'Stop');
  await server.client.runs.stop({ runId: run.id });
}

function showBadge(view: vscode.TreeView<RunSummary>, runs: LiveList<RunSummary>): void {
  const active = runs.items.filter((run) => !isFinal(run.state)).length;
  view.badge = active > 0 ? { value: active, tooltip: `${active} active` } : undefined;
}

function filters({ server, projects }: RunsDeps): readonly Choice<RunFilter>[] {
  const me = server.hello?.user;
  const mine: readonly Choice<RunFilter>[] = me
    ? [{ label: 'Mine', description: spellOut(me.name), value: { kind: 'mine', userId: me.id } }]
    : [];
  const byProject = projects.items.map(
    (project): Choice<RunFilter> => ({
      label: spellOut(project.name),
      description: 'project',
      value: { kind: 'project', projectId: project.id },
    }),
  );
  return [{ label: 'All', value: { kind: 'all' } }, ...mine, ...byProject];
}

function wordsOf(filter: RunFilter): string {
  if (filter.kind === 'all') return '';
  return filter.kind === 'mine' ? 'mine' : filter.projectId;
}
