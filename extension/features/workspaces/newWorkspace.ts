/** Asks for what a new workspace is to be, each question with the last answer first, and makes it. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import type { Project } from '../../../protocol/model/project.ts';
import type { Workspace } from '../../../protocol/model/workspace.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { LiveList } from '../../connection/liveList.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { type Choice, choose } from '../../platform/notifications.ts';

export type NewWorkspaceDeps = {
  readonly server: ServerConnection;
  readonly projects: LiveList<Project>;
  readonly folders: LaunchFolders;
  readonly memory: vscode.Memento;
};

const remembered = 'flywheel.newWorkspace';
type Answers = Partial<Readonly<Record<'projectId' | 'environmentId' | 'tool' | 'tierId', string>>>;

export async function newWorkspace(deps: NewWorkspaceDeps, target: unknown): Promise<Workspace> {
  const { server, memory } = deps;
  const before = memory.get<Answers>(remembered, {});
  const projectId = projectIn(target) ?? (await pick('In which project?', projectChoices(deps), before.projectId));
  const environmentId = await pick('In which environment?', await environmentChoices(deps), before.environmentId);
  const tool = await pick('Which tool?', await toolChoices(deps, environmentId), before.tool);
  const tierId = await pick('On which hardware tier?', await tierChoices(deps), before.tierId);
  await memory.update(remembered, { projectId, environmentId, tool, tierId });
  const commit = await codeOf(deps, projectId);
  return server.client.workspaces.create({ projectId, environmentId, tool, tierId, ...(commit && { commit }) });
}

/** The open folder as it is now, when it is the project's; else what the server has. */
async function codeOf({ server, folders }: NewWorkspaceDeps, projectId: string): Promise<string | null> {
  const found = (await folders.list()).find((folder) => folder.projectId === projectId);
  const folder = found ? folders.pathOf(found.id) : null;
  if (folder === null) return null;
  const title = 'Taking the code to the server';
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, async (progress) => {
    const onStep = (message: string) => progress.report({ message });
    const { prepareLaunch } = await import('../../../client/snapshot/main.ts');
    return (await prepareLaunch({ folder, projectId, ...server.target, onStep })).commit;
  });
}

function projectChoices({ projects }: NewWorkspaceDeps): readonly Choice<string>[] {
  return projects.items.map(({ id, name }) => ({ label: spellOut(name), description: id, value: id }));
}

async function environmentChoices({ server }: NewWorkspaceDeps): Promise<readonly Choice<string>[]> {
  const all = await server.client.environments.list();
  return all.flatMap(({ id, name, current }) =>
    current === null
      ? []
      : [
          {
            label: spellOut(name),
            description: `revision ${current.revision}`,
            detail: current.traits.tools.join(', '),
            value: id,
          },
        ],
  );
}

async function toolChoices({ server }: NewWorkspaceDeps, environmentId: string): Promise<readonly Choice<string>[]> {
  const tools = await server.client.workspaces.tools({ environmentId });
  return tools.map(({ name, title }) => ({ label: spellOut(title), description: name, value: name }));
}

async function tierChoices({ server }: NewWorkspaceDeps): Promise<readonly Choice<string>[]> {
  const { tiers, currency } = await server.client.tiers.list();
  return tiers.map((tier) => ({
    label: spellOut(tier.name),
    description: `${tier.pricePerHour} ${currency} an hour · ${tier.cpus} CPUs · ${tier.memoryMiB} MiB`,
    ...(tier.problem && { detail: tier.problem }),
    value: tier.id,
  }));
}

async function pick(title: string, choices: readonly Choice<string>[], before: string | undefined): Promise<string> {
  if (choices.length === 0) throw new ClientError('not-found', `${title} There is none to choose yet.`);
  const [only] = choices;
  if (choices.length === 1 && only) return only.value;
  return choose(
    title,
    [...choices].sort((a, b) => Number(b.value === before) - Number(a.value === before)),
  );
}

/** From the tree of projects. */
function projectIn(target: unknown): string | null {
  if (typeof target !== 'object' || target === null || !('id' in target) || 'state' in target) return null;
  return typeof target.id === 'string' ? target.id : null;
}
