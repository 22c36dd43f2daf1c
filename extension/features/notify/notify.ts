/** Tells a person when a run of theirs has ended, once, with a way to its log. Runs of others are never announced. */
import type * as vscode from 'vscode';
import { isFinal, type RunState, type RunSummary } from '../../../protocol/model/run.ts';
import { sweepTags } from '../../../protocol/model/sweep.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';
import type { LiveList } from '../../connection/liveList.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import { tell } from '../../platform/notifications.ts';
import type { NotifyAbout, Settings } from '../../platform/settings.ts';

export type NotifyDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly settings: Settings;
  readonly runs: LiveList<RunSummary>;
};

export function registerNotify(deps: NotifyDeps): vscode.Disposable {
  let before = statesOf(deps.runs.items);
  return deps.runs.onDidChange(() => {
    const ended = deps.runs.items.filter((run) => hasEnded(run, before.get(run.id)));
    before = statesOf(deps.runs.items);
    for (const run of ended) if (concerns(run, deps)) void announceAlone(run, deps);
  });
}

function statesOf(runs: readonly RunSummary[]): ReadonlyMap<string, RunState> {
  return new Map(runs.map((run) => [run.id, run.state]));
}

/** Trials end by the dozen: of a sweep its own end is told. */
async function announceAlone(run: RunSummary, { server, commands }: NotifyDeps): Promise<void> {
  const read = await server.client.runs.get({ runId: run.id }).catch(() => null);
  if (read?.tags[sweepTags.sweep] === undefined) announce(run, commands);
}

/** Only what was seen alive: the runs of yesterday are no news. */
function hasEnded(run: RunSummary, before: RunState | undefined): boolean {
  return before !== undefined && !isFinal(before) && isFinal(run.state);
}

function concerns(run: RunSummary, { server, settings }: NotifyDeps): boolean {
  if (!run.launched || run.createdBy.id !== server.hello?.user.id) return false;
  return wanted(settings.notifyAbout, run.state);
}

/** A run that was stopped was stopped on purpose. */
function wanted(about: NotifyAbout, state: RunState): boolean {
  if (about === 'none' || state === 'stopped') return false;
  return about === 'all' || state !== 'succeeded';
}

function announce(run: RunSummary, commands: Commands): void {
  const name = spellOutWithin(run.name);
  const open = { title: 'Open Run', run: () => commands.run('flywheel.runs.open', run) };
  const log = { title: 'Show Log', run: () => commands.run('flywheel.runs.showLog', run) };
  if (run.state === 'succeeded') tell('info', `${name} succeeded.`, [open, log]);
  else tell('error', `${name} ${run.state}${run.detail ? `: ${spellOutWithin(run.detail)}` : '.'}`, [log, open]);
}
