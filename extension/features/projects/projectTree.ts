/** The tree of projects with their experiments. Experiments are fetched when a project is opened. */
import * as vscode from 'vscode';
import type { Experiment } from '../../../protocol/model/experiment.ts';
import type { Project } from '../../../protocol/model/project.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { LiveList } from '../../connection/liveList.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { CommandId } from '../../platform/commandIds.ts';
import { Disposables } from '../../platform/disposables.ts';
import { Emitter } from '../../platform/emitter.ts';

/** The ids that a command needs stand on the node itself. */
export type ProjectNode = { readonly kind: 'project'; readonly projectId: string; readonly project: Project };
export type ExperimentNode = {
  readonly kind: 'experiment';
  readonly projectId: string;
  readonly experimentId: string;
  readonly experiment: Experiment;
};
type Node = ProjectNode | ExperimentNode;

export class ProjectTree implements vscode.TreeDataProvider<Node> {
  readonly #server: ServerConnection;
  readonly #projects: LiveList<Project>;
  readonly #changed = new Emitter<Node | undefined>();
  readonly #owned = new Disposables();

  readonly onDidChangeTreeData = this.#changed.event as vscode.Event<Node | undefined>;

  constructor(server: ServerConnection, projects: LiveList<Project>) {
    this.#server = server;
    this.#projects = projects;
    this.#owned.add(projects.onDidChange(() => this.#changed.fire(undefined)));
  }

  async getChildren(parent?: Node): Promise<Node[]> {
    if (!parent) return this.#projects.items.map((project) => ({ kind: 'project', projectId: project.id, project }));
    if (parent.kind === 'experiment' || this.#server.status.state !== 'ready') return [];
    const { projectId } = parent;
    const experiments = await this.#server.client.experiments.list({ projectId });
    const shown = experiments.filter((experiment) => experiment.deletedAt === null);
    return shown.map((experiment) => ({ kind: 'experiment', projectId, experimentId: experiment.id, experiment }));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.kind === 'project' ? projectItem(node.project) : experimentItem(node);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#changed.dispose();
  }
}

function projectItem(project: Project): vscode.TreeItem {
  const item = new vscode.TreeItem(spellOut(project.name), vscode.TreeItemCollapsibleState.Collapsed);
  const { total, active } = project.runs;
  const runs = `${total} ${total === 1 ? 'run' : 'runs'}`;
  item.id = `project:${project.id}`;
  // The sidebar is narrow: what goes on now, or else how far the project is. The rest is in the tooltip.
  item.description = active > 0 ? `${active} active` : project.stage;
  item.iconPath = new vscode.ThemeIcon('project');
  item.contextValue = 'project';
  const about = [
    project.name,
    project.description,
    `${project.stage}, ${runs}`,
    `owner ${project.owner.name}, you are ${project.role}`,
  ];
  item.tooltip = spellOut(about.filter(Boolean).join('\n'));
  return item;
}

function experimentItem({ projectId, experimentId, experiment }: ExperimentNode): vscode.TreeItem {
  const item = new vscode.TreeItem(spellOut(experiment.name));
  item.id = `experiment:${experimentId}`;
  item.description = `${experiment.runs} ${experiment.runs === 1 ? 'run' : 'runs'}`;
  item.iconPath = new vscode.ThemeIcon('beaker');
  item.contextValue = 'experiment';
  item.tooltip = spellOut(experiment.name);
  const target = { projectId, experimentId };
  item.command = { command: 'flywheel.experiments.open' satisfies CommandId, title: 'Open', arguments: [target] };
  return item;
}
