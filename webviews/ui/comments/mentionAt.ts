/** Completing @names while somebody writes. Pure. */
import type { Person } from '../../../protocol/model/common.ts';

/** What is typed of a mention before the caret, and where its @ stands. */
export type Mention = { readonly from: number; readonly typed: string };

export function mentionAt(text: string, caret: number): Mention | null {
  const found = /(?:^|[^\w@/.])@([\w-]*)$/.exec(text.slice(0, caret));
  return found === null ? null : { from: caret - (found[1] ?? '').length - 1, typed: found[1] ?? '' };
}

const mostOffered = 6;

/** By id or name; those that begin so before those that only hold it. */
export function peopleFor({ typed }: Mention, people: readonly Person[]): readonly Person[] {
  const wanted = typed.toLowerCase();
  const words = ({ id, name }: Person) => [id, ...name.toLowerCase().split(/\s+/)];
  const begins = people.filter((person) => words(person).some((word) => word.startsWith(wanted)));
  const holds = people.filter(
    (person) => !begins.includes(person) && words(person).some((word) => word.includes(wanted)),
  );
  return [...begins, ...holds].slice(0, mostOffered);
}

export function completed(text: string, { from, typed }: Mention, { id }: Person): { text: string; caret: number } {
  const before = `${text.slice(0, from)}@${id} `;
  return { text: before + text.slice(from + 1 + typed.length), caret: before.length };
}
