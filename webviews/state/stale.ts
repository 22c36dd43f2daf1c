/** Which events make what stale. Pure. */
import type { EventMessage, EventSubject, EventType } from '../../protocol/events.ts';

/** Changes of the run, growth of its metrics and log included. */
export function touchesRun(message: EventMessage, runId: string): boolean {
  if (message.kind === 'touched') return message.runs.some((run) => run.runId === runId);
  return message.kind === 'event' && message.event.subject.runId === runId;
}

/** Only what is recorded about the run: not the growth of its log. */
export function changesRun(message: EventMessage, runId: string): boolean {
  return message.kind === 'event' && message.event.subject.runId === runId;
}

export function touchesExperiment(message: EventMessage, experimentId: string): boolean {
  if (message.kind === 'touched') return message.runs.some((run) => run.experimentId === experimentId);
  return message.kind === 'event' && message.event.subject.experimentId === experimentId;
}

/** Events of a family, as `run.` or `project.`, perhaps about one subject. */
export function isOf(message: EventMessage, families: readonly string[], subject: EventSubject = {}): boolean {
  if (message.kind !== 'event') return false;
  const type: EventType = message.event.type;
  if (!families.some((family) => type.startsWith(family))) return false;
  return Object.entries(subject).every(([key, value]) => message.event.subject[key as keyof EventSubject] === value);
}
