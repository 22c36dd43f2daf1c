/** The projects view with its commands: create a project, copy the address of its code. */
import * as vscode from 'vscode';
import { slug } from '../../../protocol/model/common.ts';
import type { Project } from '../../../protocol/model/project.ts';
import { spellOut, spellOutWithin } from '../../../protocol/spellOut.ts';
import type { LiveList } from '../../connection/liveList.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { ask, choose, tell } from '../../platform/notifications.ts';
import { ProjectTree } from './projectTree.ts';

export type ProjectsDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly projects: LiveList<Project>;
};

export function registerProjects(deps: ProjectsDeps): vscode.Disposable {
  const { commands, server, projects } = deps;
  const owned = new Disposables();
  const tree = owned.add(new ProjectTree(server, projects));
  owned.add(vscode.window.createTreeView('flywheel.projectsView', { treeDataProvider: tree }));
  commands.register('flywheel.projects.refresh', () => projects.refresh());
  commands.register('flywheel.projects.create', () => createProject(deps));
  commands.register('flywheel.projects.copyGitUrl', (target) => copyGitUrl(deps, target));
  return owned;
}

async function createProject({ commands, server }: ProjectsDeps): Promise<void> {
  const name = await ask({
    title: 'New project (1 of 2)',
    prompt: 'Its name, as people read it',
    value: vscode.workspace.workspaceFolders?.[0]?.name ?? '',
    validateInput: (text) => (text.trim() ? undefined : 'A project needs a name.'),
  });
  const id = await ask({
    title: 'New project (2 of 2)',
    prompt: 'Its id, which stands in addresses and cannot be changed later',
    value: toSlug(name),
    validateInput: (text) => slug.safeParse(text).error?.issues[0]?.message,
  });
  const project = await server.client.projects.create({ id, name: name.trim() });
  tell('info', `${spellOutWithin(project.name)} is there.`, [
    {
      title: 'Launch a Run',
      run: () => commands.run('flywheel.launch.open', { panel: 'launch', projectId: project.id }),
    },
  ]);
}

function toSlug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return plain.slice(0, 63).replace(/^-+|-+$/g, '');
}

async function copyGitUrl({ server, projects }: ProjectsDeps, target: unknown): Promise<void> {
  const project = projectOf(target, projects.items) ?? (await chooseProject(projects.items));
  await vscode.env.clipboard.writeText(new URL(project.gitPath, server.target.url).href);
  tell('info', `The address of ${spellOutWithin(project.name)} is copied. Use a token as the password.`);
}

function projectOf(target: unknown, projects: readonly Project[]): Project | undefined {
  if (typeof target !== 'object' || target === null || !('projectId' in target)) return undefined;
  return projects.find((project) => project.id === target.projectId);
}

function chooseProject(projects: readonly Project[]): Promise<Project> {
  const choices = projects.map((project) => ({
    label: spellOut(project.name),
    description: project.id,
    value: project,
  }));
  return choose('Of which project?', choices);
}
