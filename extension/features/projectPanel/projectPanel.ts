/** The home of a project and the portfolio, in editors; new projects from others. */
import type * as vscode from 'vscode';
import type { Project } from '../../../protocol/model/project.ts';
import type { PanelPlace } from '../../../protocol/panel.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { LiveList } from '../../connection/liveList.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { EditorPanels } from '../../panels/editorPanels.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { choose } from '../../platform/notifications.ts';
import { forkProject, startFromTemplate } from './newProject.ts';

export type ProjectPanelDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly projects: LiveList<Project>;
  readonly panels: PanelViewDeps;
};

export function registerProjectPanel({ commands, server, projects, panels }: ProjectPanelDeps): vscode.Disposable {
  const owned = new Disposables();
  const homes = owned.add(
    new EditorPanels(panels, {
      panel: 'project',
      icon: 'project',
      keyOf: projectIdOf,
      titleOf: (place) => spellOut(projects.items.find(({ id }) => id === projectIdOf(place))?.name ?? 'Project'),
    }),
  );
  const portfolio = owned.add(
    new EditorPanels(panels, {
      panel: 'portfolio',
      icon: 'portfolio',
      keyOf: () => 'portfolio',
      titleOf: () => 'Portfolio',
    }),
  );
  owned.add(projects.onDidChange(() => homes.retitle()));
  const show = (projectId: string) => homes.show({ panel: 'project', projectId });
  commands.register('flywheel.portfolio.open', () => portfolio.show({ panel: 'portfolio' }));
  commands.register('flywheel.projects.open', async (target) => show(await projectId(target, projects.items)));
  commands.register('flywheel.projects.fork', async (target) => {
    const from = await projectId(target, projects.items);
    const name = projects.items.find(({ id }) => id === from)?.name ?? from;
    show(await forkProject(server, { id: from, name, runId: runIdOf(target) }));
  });
  commands.register('flywheel.projects.createFrom', async () => show(await startFromTemplate(server, projects.items)));
  return owned;
}

function projectIdOf(place: PanelPlace): string {
  return place.panel === 'project' ? place.projectId : '';
}

/** Of a run, or of a file that was found in one. */
function runIdOf(target: unknown): string | undefined {
  const isOfRun = typeof target === 'object' && target !== null && 'runId' in target;
  return isOfRun ? String(target.runId) : undefined;
}

/** Of a place or a node of the tree; asked for where it is neither. */
async function projectId(target: unknown, projects: readonly Project[]): Promise<string> {
  if (typeof target === 'object' && target !== null && 'projectId' in target) return String(target.projectId);
  const choices = projects.map(({ id, name }) => ({ label: spellOut(name), description: id, value: id }));
  return choose('Which project?', choices);
}
