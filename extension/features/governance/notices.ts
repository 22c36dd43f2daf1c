/**
 * Tells a person what concerns them: a run that waits for their approval, what
 * was decided of theirs, a budget that is nearly or wholly spent. Nothing of
 * what others do or have.
 */
import type * as vscode from 'vscode';
import type { EventMessage, FlywheelEvent } from '../../../protocol/events.ts';
import { projectRole } from '../../../protocol/model/session.ts';
import { spellOutWithin } from '../../../protocol/spellOut.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import type { Commands } from '../../platform/commands.ts';
import { tell } from '../../platform/notifications.ts';
import type { Settings } from '../../platform/settings.ts';

export type NoticesDeps = {
  readonly commands: Commands;
  readonly server: ServerConnection;
  readonly settings: Settings;
};

/** A budget is first told of in the editor when so many percent of it are spent. */
const nearly = 80;

export function registerNotices(deps: NoticesDeps): vscode.Disposable {
  return deps.server.onEvent((message: EventMessage) => {
    if (message.kind !== 'event' || deps.settings.notifyAbout === 'none') return;
    // What cannot be asked now is seen in the panel.
    void notice(message.event, deps).catch(() => undefined);
  });
}

async function notice(event: FlywheelEvent, deps: NoticesDeps): Promise<void> {
  if (event.type === 'approval.asked') return onAsked(event, deps);
  if (event.type === 'approval.decided') return onDecided(event, deps);
  if (event.type === 'access.requested') return onRequested(event, deps);
  if (event.type === 'budget.reached' && Number(event.detail.percent) >= nearly) onReached(event, deps);
}

async function onAsked({ subject, detail }: FlywheelEvent, { server, commands }: NoticesDeps): Promise<void> {
  const { runId } = subject;
  const waiting = (await server.client.budgets.approvals()).find((approval) => approval.runId === runId);
  if (!waiting) return;
  const name = spellOutWithin(String(detail.name));
  const costs = { title: 'Open Costs', run: () => commands.run('flywheel.costs.open') };
  const isOwn = waiting.askedBy.id === server.hello?.user.id;
  if (isOwn) tell('warning', `${name} waits for approval: it would cross a budget.`, [costs]);
  if (isOwn || !waiting.mayDecide) return;
  const approve = {
    title: 'Approve',
    run: () => server.client.budgets.decide({ runId: waiting.runId, verdict: 'approve' }),
  };
  const who = spellOutWithin(waiting.askedBy.name);
  tell('warning', `${name} of ${who} waits for your approval: it would cross a budget.`, [costs, approve]);
}

async function onDecided({ subject, detail, actor }: FlywheelEvent, { server, commands }: NoticesDeps): Promise<void> {
  if (subject.runId === undefined) return;
  const run = await server.client.runs.get({ runId: subject.runId });
  if (run.createdBy.id !== server.hello?.user.id || actor?.id === run.createdBy.id) return;
  const open = { title: 'Open Run', run: () => commands.run('flywheel.runs.open', run) };
  const by = spellOutWithin(actor?.name ?? 'An owner');
  const why = detail.note ? `: ${spellOutWithin(String(detail.note))}` : '.';
  if (detail.verdict === 'approve') tell('info', `${by} approved ${spellOutWithin(run.name)}${why}`, [open]);
  else tell('error', `${by} denied ${spellOutWithin(run.name)}${why}`, [open]);
}

function onReached({ detail }: FlywheelEvent, { commands }: NoticesDeps): void {
  const costs = { title: 'Open Costs', run: () => commands.run('flywheel.costs.open') };
  const spent = Number(detail.percent) >= 100 ? 'is spent' : `is spent to ${detail.percent} %`;
  tell('warning', `The budget of the ${detail.kind} ${spellOutWithin(String(detail.name))} ${spent}.`, [costs]);
}

/** Owners of the project alone are asked. */
async function onRequested({ subject, detail, actor }: FlywheelEvent, { server }: NoticesDeps): Promise<void> {
  const { projectId, userId } = subject;
  const role = projectRole.safeParse(detail.role);
  if (projectId === undefined || userId === undefined || !role.success || userId === server.hello?.user.id) return;
  const { allowed } = await server.client.access.explain({ projectId, role: 'owner' });
  if (!allowed) return;
  const give = {
    title: `Make ${role.data}`,
    run: () => server.client.projects.setMember({ projectId, userId, role: role.data }),
  };
  const why = detail.note ? `: ${spellOutWithin(String(detail.note))}` : '.';
  const who = spellOutWithin(actor?.name ?? userId);
  tell('info', `${who} asks to be ${role.data} in the project ${projectId}${why}`, [give]);
}
