/** Tells a person when a run of theirs has ended, once, with a way to its log. Runs of others are never announced. */
import type * as vscode from 'vscode';
import { notifyTag } from '../../../protocol/model/jobTags.ts';
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
    for (const run of ended) if (concerns(run, deps)) void announceIfWanted(run, deps);
  });
}

function statesOf(runs: readonly RunSummary[]): ReadonlyMap<string, RunState> {
  return new Map(runs.map((run) => [run.id, run.state]));
}

/** Only what was seen alive: the runs of yesterday are no news. */
function hasEnded(run: RunSummary, before: RunState | undefined): boolean {
  return before !== undefined && !isFinal(before) && isFinal(run.state);
}

/** A run that was stopped was stopped on purpose. */
function concerns(run: RunSummary, { server, settings }: NotifyDeps): boolean {
  const isOwn = run.launched && run.createdBy.id === server.hello?.user.id;
  return isOwn && settings.notifyAbout !== 'none' && run.state !== 'stopped';
}

/**
 * What its job asks for goes before the setting, unless the person wants to hear of nothing. Trials end by the
 * dozen: of a sweep its own end is told.
 */
async function announceIfWanted(run: RunSummary, { server, settings, commands }: NotifyDeps): Promise<void> {
  const read = await server.client.runs.get({ runId: run.id }).catch(() => null);
  if (read?.tags[sweepTags.sweep] !== undefined) return;
  const about = wishes[read?.tags[notifyTag] ?? ''] ?? settings.notifyAbout;
  if (about === 'all' || (about === 'failed' && run.state !== 'succeeded')) announce(run, commands);
}

const wishes: Readonly<Record<string, NotifyAbout>> = { always: 'all', failure: 'failed', never: 'none' };

function announce(run: RunSummary, commands: Commands): void {
  const name = spellOutWithin(run.name);
  const open = { title: 'Open Run', run: () => commands.run('flywheel.runs.open', run) };
  const log = { title: 'Show Log', run: () => commands.run('flywheel.runs.showLog', run) };
  if (run.state === 'succeeded') tell('info', `${name} succeeded.`, [open, log]);
  else tell('error', `${name} ${run.state}${run.detail ? `: ${spellOutWithin(run.detail)}` : '.'}`, [log, open]);
}
