/**
 * The Launch view in the sidebar, and "Run on Flywheel" for the file at hand:
 * with what was chosen last in its folder, or the server's defaults, without a
 * form in between. Where something must be chosen, the view opens for the file.
 */
import * as vscode from 'vscode';
import type { Project } from '../../../protocol/model/project.ts';
import type { Run } from '../../../protocol/model/run.ts';
import { type LaunchRequest, type PanelPlace, panelPlace } from '../../../protocol/panel.ts';
import type { Launcher } from '../../connection/launcher.ts';
import type { LiveList } from '../../connection/liveList.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { Cancelled } from '../../platform/failure.ts';
import { choose } from '../../platform/notifications.ts';
import { type LaunchFile, launchFileOf } from './launchFile.ts';
import { LaunchView } from './launchView.ts';
import { runCommandOf } from './runCommand.ts';

export type LaunchDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly launcher: Launcher;
  readonly projects: LiveList<Project>;
  readonly panels: PanelViewDeps;
};

export function registerLaunch(deps: LaunchDeps): vscode.Disposable {
  const owned = new Disposables();
  const view = owned.add(new LaunchView(deps.panels));
  owned.add(vscode.window.registerWebviewViewProvider('flywheel.launchView', view));
  deps.commands.register('flywheel.launch.open', (place) => view.show(launchPlace(place)));
  deps.commands.register('flywheel.launch.file', (target) => launchFile(deps, view, target));
  return owned;
}

/** From a panel a place, from the tree a project. */
function launchPlace(target: unknown): PanelPlace {
  const place = panelPlace.safeParse({ panel: 'launch', ...(typeof target === 'object' ? target : {}) });
  return place.success && place.data.panel === 'launch' ? place.data : { panel: 'launch' };
}

async function launchFile(deps: LaunchDeps, view: LaunchView, target: unknown): Promise<void> {
  const file = launchFileOf(target);
  const request = await requestFor(deps, file);
  if (!request) {
    await view.show({ panel: 'launch', folderId: file.folderId, script: file.path });
    return;
  }
  const run = await launchWithProgress(deps.launcher, request, file.path);
  await deps.commands.run('flywheel.runs.open', run);
}

/** Null when the person has to choose something that has no default. */
async function requestFor(deps: LaunchDeps, file: LaunchFile): Promise<LaunchRequest | null> {
  const last = deps.launcher.lastChoice(file.folderId);
  const { defaultEnvironmentId, defaultTierId } = await deps.server.client.tiers.list();
  const environmentId = last?.environmentId ?? defaultEnvironmentId;
  const tierId = last?.tierId ?? defaultTierId;
  const projectId = last?.projectId ?? (await chooseProject(deps));
  if (!environmentId || !tierId || !projectId) return null;
  return {
    folderId: file.folderId,
    projectId,
    environmentId,
    tierId,
    command: runCommandOf(file.path),
    parameters: {},
    tags: {},
    artifacts: ['outputs'],
    priority: 0,
  };
}

async function chooseProject({ server }: LaunchDeps): Promise<string | null> {
  const projects = await server.client.projects.list({ archived: false });
  const usable = projects.filter((project) => project.role !== 'viewer');
  if (usable.length < 2) return usable[0]?.id ?? null;
  const choices = usable.map((project) => ({ label: project.name, description: project.id, value: project.id }));
  return choose('Run in which project?', choices);
}

async function launchWithProgress(launcher: Launcher, request: LaunchRequest, title: string): Promise<Run> {
  const options = { location: vscode.ProgressLocation.Notification, title: `Launching ${title}`, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const cancelling = new AbortController();
    token.onCancellationRequested(() => cancelling.abort());
    for await (const step of launcher.launch(request, cancelling.signal)) {
      if (step.kind === 'done') return step.run;
      progress.report({ message: step.text });
    }
    throw new Cancelled();
  });
}
