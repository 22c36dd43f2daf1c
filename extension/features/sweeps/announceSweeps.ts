/** Tells a person when a sweep of theirs has ended, with a way to it. Sweeps of others are never announced. */
import type * as vscode from 'vscode';
import type { Sweep } from '../../../protocol/model/sweep.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import { tell } from '../../platform/notifications.ts';
import type { Settings } from '../../platform/settings.ts';

export type AnnounceDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly settings: Settings;
};

export function announceSweeps(deps: AnnounceDeps): vscode.Disposable {
  return deps.server.onEvent((message) => {
    if (message.kind !== 'event' || message.event.type !== 'sweep.state-changed') return;
    const { subject, detail } = message.event;
    // What cannot be read any more is no news.
    if (detail.to === 'ended' && subject.sweepId) void announce(deps, subject.sweepId).catch(() => undefined);
  });
}

async function announce({ commands, server, settings }: AnnounceDeps, sweepId: string): Promise<void> {
  const sweep = await server.client.sweeps.get({ sweepId });
  const isOwn = sweep.createdBy.id === server.hello?.user.id;
  // Whoever stopped it knows.
  if (!isOwn || settings.notifyAbout === 'none' || sweep.reason === 'stopped-by-user') return;
  const isBad = sweep.best === null || sweep.reason === 'failing' || sweep.reason === 'refused';
  if (settings.notifyAbout !== 'all' && !isBad) return;
  const open = { title: 'Open Sweep', run: () => commands.run('flywheel.sweeps.open', { sweepId }) };
  tell(isBad ? 'error' : 'info', sentenceOf(sweep), [open]);
}

function sentenceOf({ name, best, objective, detail }: Sweep): string {
  const called = `The sweep ${spellOutWithin(name)}`;
  if (best === null) return `${called} ended without a value. ${spellOutWithin(detail ?? '')}`.trim();
  return `${called} ended: ${spellOutWithin(objective.metric)} ${Number(best.value.toPrecision(5))} by trial ${best.number}.`;
}
