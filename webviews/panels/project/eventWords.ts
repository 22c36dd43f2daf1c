/** Events as short sentences for the feed of a project. Pure. */
import type { FlywheelEvent } from '../../../protocol/events.ts';

const words: Readonly<Record<string, string>> = {
  'project.created': 'created the project',
  'project.deleted': 'deleted the project',
  'project.restored': 'restored the project',
  'project.transferred': 'handed the project over',
  'code.pushed': 'pushed code',
  'run.created': 'started a run',
  'run.deleted': 'deleted a run',
  'run.restored': 'restored a run',
  'run.updated': 'changed a run',
  'run.logged': 'logged into a run',
  'run.linked': 'linked data or models to a run',
  'experiment.created': 'made an experiment',
  'experiment.updated': 'changed an experiment',
  'model.registered': 'registered a model',
  'comment.added': 'commented',
  'comment.edited': 'changed a comment',
  'comment.deleted': 'deleted a comment',
  'comment.resolved': 'settled a conversation',
  'comment.reopened': 'opened a conversation again',
  'view.saved': 'saved a view',
  'view.deleted': 'deleted a view',
  'sweep.created': 'started a sweep',
  'sweep.updated': 'changed a sweep',
  'sweep.trial-launched': 'launched a trial of a sweep',
  'sweep.trial-pruned': 'ended a trial of a sweep early',
  'schedule.created': 'made a schedule',
  'schedule.updated': 'changed a schedule',
  'schedule.paused': 'paused a schedule',
  'schedule.resumed': 'resumed a schedule',
  'schedule.deleted': 'deleted a schedule',
  'schedule.fired': 'ran a schedule',
  'queue.changed': 'changed the queue',
  'secret.set': 'set a secret',
  'secret.deleted': 'deleted a secret',
  'secret.read': 'gave a secret to a run',
  'budget.set': 'set a budget',
  'budget.deleted': 'took a budget away',
  'budget.reached': 'told how much of a budget is spent',
  'approval.asked': 'asked for an approval',
  'approval.decided': 'decided on an approval',
  'quota.set': 'set a quota',
  'group.role-changed': 'changed the role of a group',
  'access.requested': 'asked for a role',
  'workspace.created': 'made a workspace',
  'workspace.updated': 'changed a workspace',
  'workspace.saved': 'saved a workspace',
  'workspace.opened': 'opened a workspace',
  'workspace.deleted': 'deleted a workspace',
};

/** Without who did it. */
export function eventWords({ type, detail, subject }: FlywheelEvent): string {
  if (type === 'project.updated') return projectWords(detail);
  if (type === 'project.member-changed') return memberWords(subject.userId ?? 'somebody', detail.role);
  if (type === 'run.state-changed') return `run now ${String(detail.to ?? 'in another state')}`;
  if (type === 'project.goal-changed' || type === 'project.blocker-changed' || type === 'project.branch-protected') {
    const progress = type === 'project.goal-changed' ? `, now ${String(detail.progress)} %` : '';
    return `${String(detail.changed)}: ${String(detail.what)}${progress}`;
  }
  return words[type] ?? type.replace('.', ' ').replaceAll('-', ' ');
}

/** Why, where somebody said it. */
export function eventReason({ detail }: FlywheelEvent): string | null {
  return typeof detail.reason === 'string' && detail.reason !== '' ? detail.reason : null;
}

function projectWords(detail: FlywheelEvent['detail']): string {
  const { changed, from, to, archived } = detail;
  if (changed === 'archived') return archived ? 'archived the project' : 'brought the project back from the archive';
  const what = String(changed).replace('description', 'the purpose');
  return typeof from === 'string' && typeof to === 'string' ? `changed ${what}: ${from} → ${to}` : `changed ${what}`;
}

function memberWords(userId: string, role: unknown): string {
  return role === null || role === undefined ? `took ${userId} out` : `made ${userId} ${String(role)}`;
}
