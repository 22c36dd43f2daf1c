/** What an update changes of a project, and what the event says of it. Pure. */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { UpdateProjectInput } from '../../../protocol/model/project.ts';
import { DomainError } from '../shared/errors.ts';
import type { StoredProject } from './ports.ts';

type Change = Partial<Pick<StoredProject, 'name' | 'description' | 'stage' | 'tags' | 'archived'>>;
export type UpdatePlan = { readonly change: Change; readonly detail: FlywheelEvent['detail'] };

/** Null when everything is as asked already. A change of stage needs its reason. */
export function planUpdate(project: StoredProject, input: UpdateProjectInput): UpdatePlan | null {
  const { name, description, stage, tags, archived } = input;
  const asked: Change = { name, description, stage, tags, archived };
  const change = Object.fromEntries(
    Object.entries(asked).filter(([key, value]) => value !== undefined && !isSame(value, project[key as keyof Change])),
  ) as Change;
  if (Object.keys(change).length === 0) return null;
  const detail: Record<string, string | boolean> = { changed: Object.keys(change).join(', ') };
  if (change.stage !== undefined) {
    Object.assign(detail, { from: project.stage, to: change.stage, reason: stageReason(input) });
  }
  if (change.archived !== undefined) detail.archived = change.archived;
  return { change, detail };
}

function stageReason({ stageReason }: UpdateProjectInput): string {
  const reason = stageReason?.trim() ?? '';
  if (reason !== '') return reason;
  throw new DomainError('invalid-input', 'A change of stage needs a reason.', {
    field: 'stageReason',
    remedy: 'Say in a few words why the project moves to the other stage.',
  });
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
