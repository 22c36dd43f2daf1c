/** Whether a caller may see an event. Pure: who sees which project was asked before. */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { Caller } from '../shared/call.ts';

export type View = {
  readonly caller: Caller;
  /** Ids; null means all. */
  readonly projects: readonly string[] | null;
  /** Only this project's, and what belongs to no project. */
  readonly projectId: string | undefined;
};

export function canSeeProject(view: View, projectId: string): boolean {
  if (view.projectId !== undefined && view.projectId !== projectId) return false;
  return view.projects === null || view.projects.includes(projectId);
}

export function canSeeEvent(view: View, { type, subject }: FlywheelEvent): boolean {
  const isAboutCaller = subject.userId === view.caller.userId;
  if (subject.projectId === undefined && isOwnAffair(type)) {
    return view.caller.scope.kind === 'user' && (isAboutCaller || view.caller.admin);
  }
  if (subject.projectId === undefined) return true;
  if (canSeeProject(view, subject.projectId)) return true;
  // Whoever was just removed from a project is told so.
  return type === 'project.member-changed' && isAboutCaller && view.projectId === undefined;
}

/** What concerns one person alone, unless it is in a project. */
function isOwnAffair(type: FlywheelEvent['type']): boolean {
  return /^user\.signed-/.test(type) || /^(token|password|secret|budget|quota)\./.test(type);
}

/** Whether what the caller may see can have changed with this event. */
export function changesView({ type, subject, detail }: FlywheelEvent, caller: Caller): boolean {
  // Whom a group's change concerns is not in the event.
  if (type.startsWith('group.')) return true;
  if (type === 'project.created' || type === 'project.deleted' || type === 'project.restored') return true;
  if (type === 'project.updated') return String(detail.changed).includes('visibility');
  return type === 'project.member-changed' && subject.userId === caller.userId;
}

/** Whoever saw a project is told that it is gone. */
export function isFarewell({ type }: FlywheelEvent): boolean {
  return type === 'project.deleted' || type === 'project.updated';
}
