/** How it reads in the editor which run first had a line. Pure. */
import type { Blame, BlameRun } from '../../../protocol/model/code.ts';
import { agoOf, plainLine } from '../../platform/plainText.ts';

/** A stretch of lines of the document, from 0, with what stands before it. */
export type Note = {
  readonly from: number;
  readonly count: number;
  readonly text: string;
  readonly run: BlameRun | null;
};

/** In characters of the editor's font. */
export const noteWidth = 30;
const nameWidth = 14;

export function notesOf({ spans, runs }: Blame, now: number): readonly Note[] {
  return spans.map(({ line, count, run: at }) => {
    const run = at === null ? null : (runs[at] ?? null);
    return { from: line - 1, count, run, text: run ? noteText(run, now) : 'in no run yet' };
  });
}

function noteText({ name, createdAt, dirty }: BlameRun, now: number): string {
  const when = agoOf(createdAt, now);
  return `${plainLine(name, nameWidth)}${dirty ? '*' : ''} · ${when}`;
}

export function noteAt(notes: readonly Note[], line: number): Note | null {
  return notes.find(({ from, count }) => line >= from && line < from + count) ?? null;
}

/** In a sentence, for a message. */
export function sentenceAbout({ name, createdBy, createdAt, dirty, base, deleted }: BlameRun, now: number): string {
  const gone = deleted ? ' (deleted)' : '';
  const commit =
    base === null
      ? ''
      : dirty
        ? `, not committed then, on top of ${base.slice(0, 8)}`
        : `, at commit ${base.slice(0, 8)}`;
  return `first in the run ${plainLine(name)}${gone}, by ${plainLine(createdBy.name)} ${agoOf(createdAt, now)}${commit}`;
}

export function searchedText({ commits, versions, complete }: Blame['searched']): string {
  const all = `${versions} versions in the snapshots of runs (${commits}) were looked at`;
  return complete ? all : `${all}; older runs were left out, so a line may be older`;
}
