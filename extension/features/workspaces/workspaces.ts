/** Workspaces in VS Code: their tree, their panel, and the commands that open, start, stop, keep, share and delete them. */
import * as vscode from 'vscode';
import { ClientError } from '../../../client/clientError.ts';
import type { RunSummary } from '../../../protocol/model/run.ts';
import { isActive, sharings, type Workspace } from '../../../protocol/model/workspace.ts';
import { spellOut, spellOutWithin } from '../../../protocol/spellOut.ts';
import { LiveList } from '../../connection/liveList.ts';
import { pickRun } from '../../connection/pickRun.ts';
import { EditorPanels } from '../../panels/editorPanels.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { failureOf, sentenceOf } from '../../platform/failure.ts';
import { choose, confirm, tell } from '../../platform/notifications.ts';
import { type NewWorkspaceDeps, newWorkspace } from './newWorkspace.ts';
import { describeWorkspace } from './workspaceLook.ts';
import { WorkspaceTree } from './workspaceTree.ts';

export type WorkspacesDeps = Omit<NewWorkspaceDeps, 'memory'> & {
  readonly commands: Commands;
  readonly runs: LiveList<RunSummary>;
  readonly panels: PanelViewDeps & { readonly memory: vscode.Memento; readonly log: { warn(message: string): void } };
};

type Deps = WorkspacesDeps & { readonly workspaces: LiveList<Workspace> };

const extendMinutes = 120;
const sharingWords = {
  private: { label: 'Only me', detail: 'Nobody else gets in; owners of the project see that it runs.' },
  read: {
    label: 'The project may look',
    detail: 'Everyone in the project reads its files in JupyterLab and changes nothing.',
  },
  together: {
    label: 'Work in it together',
    detail: 'Contributors use it as you do: what runs in it acts for you in this project.',
  },
} as const;

export function registerWorkspaces(given: WorkspacesDeps): vscode.Disposable {
  const { commands, server, panels } = given;
  const owned = new Disposables();
  const workspaces = owned.add(
    new LiveList<Workspace>({
      server,
      fetch: (client) => client.workspaces.list({}),
      isAbout: (event) => event.type.startsWith('workspace.'),
      onError: (error) => panels.log.warn(`workspaces: ${sentenceOf(failureOf(error))}`),
    }),
  );
  const deps: Deps = { ...given, workspaces };
  const tree = owned.add(new WorkspaceTree(workspaces));
  owned.add(vscode.window.createTreeView('flywheel.workspacesView', { treeDataProvider: tree }));
  const editors = owned.add(
    new EditorPanels(panels, {
      panel: 'workspaces',
      icon: 'workspaces',
      keyOf: () => 'workspaces',
      titleOf: () => 'Workspaces',
    }),
  );
  owned.add(server.onEvent((message) => message.kind === 'event' && askWhenIdle(deps, message.event)));
  commands.register('flywheel.workspaces.show', () => editors.show({ panel: 'workspaces' }));
  registerCommands(deps);
  return owned;
}

function registerCommands(deps: Deps): void {
  const { commands, server, workspaces } = deps;
  const still = (workspace: Workspace) => !isActive(workspace.state);
  commands.register('flywheel.workspaces.create', async (target) => {
    await open(deps, await newWorkspace({ ...deps, memory: deps.panels.memory }, target));
  });
  commands.register('flywheel.workspaces.open', async (target) => {
    const workspace = await pickWorkspace(deps, target, { title: 'Open which workspace?' });
    if (still(workspace)) await server.client.workspaces.start({ workspaceId: workspace.id });
    await open(deps, workspace);
  });
  commands.register('flywheel.workspaces.stop', async (target) => {
    const workspace = await pickWorkspace(deps, target, { title: 'Stop which workspace?', of: (one) => !still(one) });
    const detail = 'What runs in it ends. Its folder is saved and kept.';
    await confirm(`Stop ${spellOutWithin(workspace.name)}?`, detail, 'Stop');
    await server.client.workspaces.stop({ workspaceId: workspace.id });
  });
  commands.register('flywheel.workspaces.extend', async (target) => {
    const workspace = await pickWorkspace(deps, target, { title: 'Keep which workspace?', of: (one) => !still(one) });
    await server.client.workspaces.extend({ workspaceId: workspace.id, minutes: extendMinutes });
    tell('info', `${spellOutWithin(workspace.name)} is kept for 2 hours at least.`);
  });
  commands.register('flywheel.workspaces.share', async (target) => {
    const workspace = await pickWorkspace(deps, target, { title: 'Share which workspace?' });
    const choices = sharings.map((value) => ({ ...sharingWords[value], value, picked: value === workspace.sharing }));
    const sharing = await choose(`Who may use ${spellOutWithin(workspace.name)}?`, choices);
    await server.client.workspaces.update({ workspaceId: workspace.id, sharing });
  });
  commands.register('flywheel.workspaces.delete', async (target) => {
    const workspace = await pickWorkspace(deps, target, { title: 'Delete which workspace?', of: still });
    const kept =
      workspace.savedCommit === null
        ? 'Nothing of it was saved.'
        : `Its last save, ${workspace.savedCommit.slice(0, 8)}, stays in the project's repository.`;
    await confirm(`Delete ${spellOutWithin(workspace.name)}?`, `Its folder is deleted for good. ${kept}`, 'Delete');
    await server.client.workspaces.delete({ workspaceId: workspace.id });
  });
  commands.register('flywheel.workspaces.copyJupyterServer', (target) => copyJupyterServer(deps, target));
  commands.register('flywheel.runs.debug', async (target) => {
    const run = await pickRun(
      target,
      deps.runs.items.filter((each) => each.launched),
      'Debug which run?',
    );
    await open(deps, await server.client.workspaces.debugRun({ runId: run.id }));
  });
  commands.register('flywheel.workspaces.refresh', () => workspaces.refresh());
}

/** In a browser, by a link that signs in once. It waits there for a tool that still starts. */
async function open({ server }: Deps, { id }: Pick<Workspace, 'id'>): Promise<void> {
  const { signIn } = await server.client.workspaces.address({ workspaceId: id });
  await vscode.env.openExternal(vscode.Uri.parse(signIn));
}

/** What the Jupyter extension asks for at "Existing Jupyter Server…". */
async function copyJupyterServer(deps: Deps, target: unknown): Promise<void> {
  const { server } = deps;
  const of = ({ tool, state }: Workspace) => tool === 'jupyter' && state === 'ready';
  const { id, projectId, name } = await pickWorkspace(deps, target, {
    title: 'Use which workspace as Jupyter server?',
    of,
  });
  const scope = { kind: 'project', projectId, role: 'contributor' } as const;
  const label = `Jupyter in ${name}`.slice(0, 200);
  const { secret } = await server.client.session.createToken({ name: label, scope, expiresInDays: 7 });
  const { url } = await server.client.workspaces.address({ workspaceId: id });
  await vscode.env.clipboard.writeText(`${url}?token=${secret}`);
  tell(
    'info',
    'The address is copied, with a token for 7 days. In a notebook: Select Kernel, Existing Jupyter Server…, paste it.',
  );
}

type Asked = { readonly title: string; readonly of?: (workspace: Workspace) => boolean };

async function pickWorkspace(
  { workspaces }: Deps,
  target: unknown,
  { title, of = () => true }: Asked,
): Promise<Workspace> {
  const id = typeof target === 'object' && target !== null && 'id' in target ? target.id : null;
  const named = workspaces.items.find((workspace) => workspace.id === id);
  if (named) return named;
  const choices = workspaces.items.filter(of);
  if (choices.length === 0)
    throw new ClientError('not-found', 'There is no such workspace.', {
      remedy: 'Make one with “Flywheel: New Workspace”.',
    });
  return choose(
    title,
    choices.map((value) => ({ label: spellOut(value.name), description: describeWorkspace(value), value })),
  );
}

type Told = {
  readonly type: string;
  readonly subject: { readonly workspaceId?: string | undefined };
  readonly detail: Readonly<Record<string, unknown>>;
};

/** Before a workspace of one's own is stopped for being idle. */
function askWhenIdle(deps: Deps, { type, subject, detail }: Told): void {
  const { workspaceId } = subject;
  if (type !== 'workspace.idle' || workspaceId === undefined || detail.ownerId !== deps.server.hello?.user.id) return;
  const name = deps.workspaces.items.find(({ id }) => id === workspaceId)?.name ?? 'A workspace of yours';
  const at = typeof detail.stopsAt === 'number' ? new Date(detail.stopsAt).toLocaleTimeString() : 'soon';
  const keep = {
    title: 'Keep It for 2 Hours',
    run: () => deps.commands.run('flywheel.workspaces.extend', { id: workspaceId }),
  };
  const stop = { title: 'Stop It Now', run: () => deps.commands.run('flywheel.workspaces.stop', { id: workspaceId }) };
  tell('warning', `${spellOutWithin(name)} is to be saved and stopped at ${at}.`, [keep, stop]);
}
