/** Where a comment on a line belongs now that the file may be another. Pure. */
import type { CodeLine } from '../../../protocol/model/comment.ts';

export type Anchor = {
  /** From 0. */
  readonly line: number;
  /** The line is no longer there: the place is where it was. */
  readonly isGone: boolean;
};

/** The same text nearest to where it stood; an empty line says nothing about itself and stays. */
export function anchorOf(place: CodeLine | null, lines: readonly string[]): Anchor {
  const was = Math.min((place?.line ?? 1) - 1, Math.max(0, lines.length - 1));
  const quote = place?.quote.trim() ?? '';
  if (quote === '') return { line: was, isGone: false };
  for (let away = 0; away < lines.length; away += 1) {
    for (const line of [was - away, was + away]) if (lines[line]?.trim() === quote) return { line, isGone: false };
  }
  return { line: was, isGone: true };
}
