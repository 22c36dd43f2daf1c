/** What an update changes of a project, and what the event says of it. Pure. */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { Stage, UpdateProjectInput } from '../../../protocol/model/project.ts';
import { DomainError } from '../shared/errors.ts';
import type { StoredProject } from './ports.ts';

type Change = Partial<
  Pick<StoredProject, 'name' | 'description' | 'stage' | 'tags' | 'visibility' | 'template' | 'archived'>
>;
export type UpdatePlan = {
  readonly change: Change;
  readonly fields: readonly (keyof Change)[];
  readonly detail: FlywheelEvent['detail'];
};

/** Null when everything is as asked already. A change of stage needs its reason, and a stage that there is. */
export function planUpdate(
  project: StoredProject,
  input: UpdateProjectInput,
  stages: readonly Stage[],
): UpdatePlan | null {
  const { name, description, stage, tags, visibility, template, archived } = input;
  const asked: Change = { name, description, stage, tags, visibility, template, archived };
  const change = Object.fromEntries(
    Object.entries(asked).filter(([key, value]) => value !== undefined && !isSame(value, project[key as keyof Change])),
  ) as Change;
  const fields = Object.keys(change) as (keyof Change)[];
  if (fields.length === 0) return null;
  const detail: Record<string, string | boolean> = { changed: fields.join(', ') };
  if (change.visibility !== undefined) Object.assign(detail, { from: project.visibility, to: change.visibility });
  if (change.stage !== undefined) {
    requireStage(change.stage, stages);
    Object.assign(detail, { from: project.stage, to: change.stage, reason: stageReason(input) });
  }
  if (change.archived !== undefined) detail.archived = change.archived;
  return { change, fields, detail };
}

export function requireStage(stage: string, stages: readonly Stage[]): void {
  if (stages.some(({ id }) => id === stage)) return;
  throw new DomainError('invalid-input', `There is no stage ${stage}.`, {
    field: 'stage',
    remedy: `Choose one of ${stages.map(({ id }) => id).join(', ')}.`,
  });
}

/** The stage of a project for which none was chosen. */
export function firstStage(stages: readonly Stage[]): string {
  return (stages.find(({ id }) => id === 'exploration') ?? stages[0])?.id ?? 'exploration';
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
