/** The events of a run as sentences for people, what one person wrote in one go taken together. Pure. */
import type { FlywheelEvent } from '../../../protocol/events.ts';

export type HistoryChange = { readonly field: string; readonly from: string | null; readonly to: string | null };

export type HistoryEntry = {
  /** Of the newest event in it. */
  readonly clock: number;
  /** From its first event to its last. */
  readonly from: number;
  readonly to: number;
  readonly who: string;
  readonly sentence: string;
  readonly changes: readonly HistoryChange[];
};

/** A client that logs writes many times in a moment. */
const togetherMs = 60_000;

/** Events newest first, as the server lists them. */
export function historyEntries(events: readonly FlywheelEvent[]): readonly HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  let group: FlywheelEvent[] = [];
  const close = () => {
    if (group.length > 0) entries.push(entryOf(group));
    group = [];
  };
  for (const event of events) {
    const newer = group.at(-1);
    if (newer && !belongTogether(newer, event)) close();
    group.push(event);
  }
  close();
  return entries;
}

function belongTogether(newer: FlywheelEvent, older: FlywheelEvent): boolean {
  const areLogged = newer.type === 'run.logged' && older.type === 'run.logged';
  return areLogged && newer.actor?.id === older.actor?.id && newer.at - older.at <= togetherMs;
}

function entryOf(group: readonly FlywheelEvent[]): HistoryEntry {
  const oldestFirst = [...group].reverse();
  const [first] = oldestFirst;
  const last = group[0];
  if (!first || !last) throw new Error('a group of no events');
  const changes = mergedChanges(oldestFirst);
  const who = last.actor?.name ?? 'The server';
  const sentence = last.type === 'run.logged' ? loggedSentence(changes) : sentenceOf(last, changes);
  return { clock: last.clock, from: first.at, to: last.at, who, sentence, changes };
}

/** Of a field that changed more than once, what it was at first and became at last. */
function mergedChanges(events: readonly FlywheelEvent[]): readonly HistoryChange[] {
  const changes = new Map<string, HistoryChange>();
  for (const { detail } of events) {
    for (const key of Object.keys(detail)) {
      if (!key.startsWith('to:')) continue;
      const field = key.slice(3);
      const known = changes.get(field);
      const from = known ? known.from : text(detail[`from:${field}`]);
      changes.set(field, { field, from, to: text(detail[key]) });
    }
  }
  return [...changes.values()];
}

function text(value: FlywheelEvent['detail'][string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

function loggedSentence(changes: readonly HistoryChange[]): string {
  const count = (kind: string) => changes.filter(({ field }) => field.startsWith(`${kind} `)).length;
  const words = (['parameter', 'tag'] as const)
    .map((kind) => ({ kind, many: count(kind) }))
    .filter(({ many }) => many > 0)
    .map(({ kind, many }) => `${many} ${kind}${many === 1 ? '' : 's'}`);
  return words.length === 0 ? 'logged into it' : `logged ${words.join(' and ')}`;
}

const sentences: Partial<Record<FlywheelEvent['type'], string>> = {
  'run.deleted': 'deleted it',
  'run.restored': 'restored it',
  'comment.added': 'commented',
  'comment.edited': 'changed a comment',
  'comment.deleted': 'deleted a comment',
  'comment.resolved': 'settled a conversation',
  'comment.reopened': 'opened a conversation again',
};

function sentenceOf({ type, actor, detail }: FlywheelEvent, changes: readonly HistoryChange[]): string {
  switch (type) {
    case 'run.created':
      return detail.launched === false ? 'began to log it' : 'launched it';
    case 'run.state-changed':
      return stateSentence(detail);
    case 'run.updated':
      if (changes.length > 0) return `changed ${wordsOf(changes)}`;
      return actor === null ? 'noted its progress' : 'asked it to stop';
    default:
      return sentences[type] ?? type;
  }
}

function stateSentence({ from, to, reason }: FlywheelEvent['detail']): string {
  const why = typeof reason === 'string' ? ` (${reason.replaceAll('-', ' ')})` : '';
  return `moved it from ${from} to ${to}${why}`;
}

function wordsOf(changes: readonly HistoryChange[]): string {
  const fields = changes.map(({ field }) => (field === 'name' ? 'its name' : field === 'note' ? 'its note' : field));
  const shown = fields.slice(0, 3);
  const more = fields.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
