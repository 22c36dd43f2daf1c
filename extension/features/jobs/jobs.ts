/** Jobs: their panel, what stands in flywheel.yaml beside each, and the commands that run, try and schedule one. */
import * as vscode from 'vscode';
import type { JobPlan } from '../../../protocol/model/job.ts';
import type { CodeRef, RunSummary } from '../../../protocol/model/run.ts';
import { type PanelPlace, panelPlace } from '../../../protocol/panel.ts';
import type { LaunchFolders } from '../../connection/launchFolders.ts';
import type { LiveList } from '../../connection/liveList.ts';
import { pickRun } from '../../connection/pickRun.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { EditorPanels } from '../../panels/editorPanels.ts';
import type { PanelViewDeps } from '../../panels/panelView.ts';
import type { Commands } from '../../platform/commands.ts';
import { Disposables } from '../../platform/disposables.ts';
import { tell } from '../../platform/notifications.ts';
import type { Settings } from '../../platform/settings.ts';
import { JobCompletion } from './jobCompletion.ts';
import { JobFiles, jobFileSelector } from './jobFiles.ts';
import { JobLenses } from './jobLenses.ts';
import { type JobTarget, jobTarget } from './jobTarget.ts';

export type JobsDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly settings: Settings;
  readonly folders: LaunchFolders;
  readonly runs: LiveList<RunSummary>;
  readonly panels: PanelViewDeps;
};

export function registerJobs(deps: JobsDeps): vscode.Disposable {
  const { commands, server, settings, panels } = deps;
  const owned = new Disposables();
  const editors = owned.add(
    new EditorPanels(panels, { panel: 'jobs', icon: 'jobs', keyOf: () => 'jobs', titleOf: () => 'Jobs' }),
  );
  const files = owned.add(new JobFiles(server));
  owned.add(vscode.languages.registerCodeLensProvider(jobFileSelector, new JobLenses(files, settings)));
  owned.add(
    vscode.languages.registerCompletionItemProvider(jobFileSelector, new JobCompletion(server, files), ' ', '-'),
  );
  commands.register('flywheel.jobs.open', (target) => editors.show(placeOf(target)));
  commands.register('flywheel.jobs.run', (target) => run(deps, target));
  commands.register('flywheel.jobs.dryRun', (target) => dryRun(deps, target));
  commands.register('flywheel.jobs.schedule', async (target) => editors.show(await schedulePlace(deps, target)));
  commands.register('flywheel.runs.clone', async (target) => {
    const launched = deps.runs.items.filter(({ launched }) => launched);
    const { id } = await pickRun(target, launched, 'Clone which run?');
    await commands.run('flywheel.launch.open', { panel: 'launch', cloneOf: id });
  });
  return owned;
}

/** From a panel or a link a place, from the palette nothing. */
function placeOf(target: unknown): PanelPlace {
  const place = panelPlace.safeParse({ panel: 'jobs', ...(typeof target === 'object' ? target : {}) });
  return place.success && place.data.panel === 'jobs' ? place.data : { panel: 'jobs' };
}

async function run(deps: JobsDeps, target: unknown): Promise<void> {
  const asked = await jobTarget(deps, target);
  const code = await push(deps, asked, `Launching ${asked.job}`);
  const { projectId, job } = asked;
  const { runId, runs } = await deps.server.client.jobs.launch({
    projectId,
    job,
    code,
    requestId: crypto.randomUUID(),
  });
  if (runs.length > 1) tell('info', `${job} waits for ${runs.length - 1} more, which it depends on.`);
  await deps.commands.run('flywheel.runs.open', { panel: 'run', runId });
}

async function dryRun(deps: JobsDeps, target: unknown): Promise<void> {
  const asked = await jobTarget(deps, target);
  const code = await push(deps, asked, `Looking at ${asked.job}`);
  const { projectId, job } = asked;
  const plan = await deps.server.client.jobs.dryRun({ projectId, job, code });
  const content = planText(job, plan);
  const document = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
  await vscode.window.showTextDocument(document, { preview: true });
}

/** A run is scheduled as it was launched, a job with the code as it is here. */
async function schedulePlace(deps: JobsDeps, target: unknown): Promise<PanelPlace> {
  const named = deps.runs.items.find(({ id }) => id === (target as { readonly id?: string } | undefined)?.id);
  if (named) return { panel: 'jobs', tab: 'schedules', projectId: named.projectId, scheduleOf: { runId: named.id } };
  const asked = await jobTarget(deps, target);
  const code = await push(deps, asked, `Sending the code of ${asked.job}`);
  return { panel: 'jobs', tab: 'schedules', projectId: asked.projectId, scheduleOf: { job: asked.job, code } };
}

async function push({ server }: JobsDeps, { folder, projectId }: JobTarget, title: string): Promise<CodeRef> {
  await vscode.workspace.saveAll(false);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const cancelling = new AbortController();
    token.onCancellationRequested(() => cancelling.abort());
    const { prepareLaunch } = await import('../../../client/snapshot/main.ts');
    const onStep = (message: string) => progress.report({ message });
    const { signal } = cancelling;
    return prepareLaunch({ folder: folder.uri.fsPath, projectId, ...server.target, onStep, signal });
  });
}

function planText(job: string, { steps, commit, cost, possible }: JobPlan): string {
  const money =
    cost === null
      ? 'not known from earlier runs'
      : `${cost.low.toFixed(2)} to ${cost.high.toFixed(2)} ${cost.currency}`;
  const head = [
    `# Dry run of ${job}`,
    '',
    possible ? `Queues ${steps.length}, at commit \`${commit.slice(0, 12)}\`.` : 'It would be refused.',
    `Likely cost: ${money}.`,
  ];
  const lines = steps.flatMap((step) => [
    '',
    `## ${step.job}`,
    `- command: \`${step.command.replaceAll('`', "'")}\`${step.folder ? ` in ${step.folder}` : ''}`,
    `- parameters: ${
      Object.entries(step.parameters)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ') || 'none'
    }`,
    `- environment: ${step.environmentId}${step.environmentRevision === null ? '' : `, revision ${step.environmentRevision}`}`,
    `- tier: ${step.tierId}`,
    ...step.waitsFor.map((each) => `- waits ${each}`),
    ...(step.problem === null ? [] : [`- **refused**: ${step.problem}`]),
  ]);
  return [...head, ...lines, ''].join('\n');
}
