/** Which records' text an event may have changed. Pure. */
import type { FlywheelEvent } from '../../../protocol/events.ts';
import type { RecordKind, RecordRef } from './ports.ts';

type Subject = FlywheelEvent['subject'];

type IdOf = (subject: Subject, detail: FlywheelEvent['detail']) => unknown;

const families: readonly (readonly [prefix: string, kind: RecordKind, id: IdOf])[] = [
  ['project.', 'project', (subject) => subject.projectId],
  ['experiment.', 'experiment', (subject) => subject.experimentId],
  ['run.', 'run', (subject) => subject.runId],
  ['logged-model.', 'logged-model', (subject) => subject.modelId],
  ['model.', 'model', (subject) => subject.modelName],
  ['environment.', 'environment', (subject) => subject.environmentId],
  ['user.', 'person', (subject) => subject.userId],
  // A conversation is found as a whole.
  ['comment.', 'comment', (_subject, detail) => detail.threadId],
];

export function recordsOf(events: readonly FlywheelEvent[]): readonly RecordRef[] {
  const records = new Map<string, RecordRef>();
  for (const { type, subject, detail } of events) {
    const family = families.find(([prefix]) => type.startsWith(prefix));
    const id = family?.[2](subject, detail);
    if (family === undefined || typeof id !== 'string') continue;
    records.set(`${family[1]} ${id}`, { kind: family[1], id });
    // A new project brings its experiment along.
    if (type === 'project.created' && subject.experimentId !== undefined) {
      records.set(`experiment ${subject.experimentId}`, { kind: 'experiment', id: subject.experimentId });
    }
  }
  return [...records.values()];
}
