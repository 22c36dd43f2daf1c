/**
 * The extension's composition: builds the few shared parts, registers the
 * features, returns. It awaits nothing, and what it makes ends with it.
 */
import * as vscode from 'vscode';
import { Launcher } from './connection/launcher.ts';
import { LaunchFolders } from './connection/launchFolders.ts';
import { projectList, runList } from './connection/lists.ts';
import { windowConnection } from './connection/windowConnection.ts';
import { registerAgents } from './features/agents/agents.ts';
import { registerCode } from './features/code/code.ts';
import { registerCodeLens } from './features/codeLens/codeLens.ts';
import { registerComments } from './features/comments/comments.ts';
import { registerComparePanel } from './features/comparePanel/comparePanel.ts';
import { registerCompute } from './features/compute/compute.ts';
import { registerCostsPanel } from './features/costsPanel/costsPanel.ts';
import { registerEnvironments } from './features/environments/environments.ts';
import { registerExperimentsPanel } from './features/experimentsPanel/experimentsPanel.ts';
import { registerFirstRuns } from './features/firstRuns/firstRuns.ts';
import { registerGovernance } from './features/governance/governance.ts';
import { registerHelp } from './features/help/help.ts';
import { registerJobs } from './features/jobs/jobs.ts';
import { registerLaunch } from './features/launch/launch.ts';
import { registerLinks } from './features/links/links.ts';
import { registerNotify } from './features/notify/notify.ts';
import { registerProjectPanel } from './features/projectPanel/projectPanel.ts';
import { registerProjects } from './features/projects/projects.ts';
import { registerReproduce } from './features/reproduce/reproduce.ts';
import { registerRunLog } from './features/runLog/runLog.ts';
import { registerRunPanel } from './features/runPanel/runPanel.ts';
import { registerRuns } from './features/runs/runs.ts';
import { registerSearch } from './features/search/search.ts';
import { registerSession } from './features/session/session.ts';
import { registerStatus } from './features/status/status.ts';
import { registerSweeps } from './features/sweeps/sweeps.ts';
import { registerWorkspaces } from './features/workspaces/workspaces.ts';
import { Commands } from './platform/commands.ts';
import { copyLink } from './platform/copyLink.ts';
import { Disposables } from './platform/disposables.ts';
import { createLog } from './platform/log.ts';
import { Secrets } from './platform/secrets.ts';
import { Settings } from './platform/settings.ts';

const features = [
  registerStatus,
  registerProjects,
  registerRuns,
  registerRunLog,
  registerNotify,
  registerReproduce,
  registerAgents,
  registerLinks,
];
const panelFeatures = [
  registerLaunch,
  registerRunPanel,
  registerExperimentsPanel,
  registerComparePanel,
  registerCostsPanel,
  registerCompute,
  registerProjectPanel,
  registerEnvironments,
  registerSearch,
  registerSweeps,
  registerJobs,
  registerGovernance,
  registerWorkspaces,
];

export function activate(context: vscode.ExtensionContext) {
  const owned = new Disposables();
  context.subscriptions.push(owned);
  const log = owned.add(createLog());
  const commands = owned.add(new Commands(log));
  const settings = new Settings();
  const secrets = new Secrets(context.secrets);
  const window = windowConnection({ context, settings, secrets, log });
  const server = owned.add(window.server);
  const runs = owned.add(runList(server, log));
  const projects = owned.add(projectList(server, log));
  const memory = context.workspaceState;
  const folders = new LaunchFolders(memory);
  const launcher = new Launcher({ server, folders, memory, saveAll: () => vscode.workspace.saveAll(false) });
  const shared = { commands, server, settings, secrets, runs, projects, folders, launcher };
  const panels = { ...shared, log, extensionUri: context.extensionUri, memory, copyLink: copyLink(server) };
  registerHelp({ commands, log, extensionId: context.extension.id });
  for (const register of features) owned.add(register(shared));
  for (const register of panelFeatures) owned.add(register({ ...shared, panels }));
  owned.add(registerCode({ ...shared, storage: context.globalStorageUri }));
  owned.add(registerFirstRuns({ ...shared, log }));
  owned.add(registerCodeLens({ ...shared, log }));
  owned.add(registerComments({ ...shared, memory, log }));
  owned.add(registerSession({ ...shared, startServer: window.startServer }));
  return { ...shared, dispose: () => owned.dispose() };
}
