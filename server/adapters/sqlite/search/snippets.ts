/** The few lines of a text that say most about a question, with what to mark in them. Pure. */
import type { SearchLine } from '../../../../protocol/model/search.ts';
import type { Term } from '../../../domain/search/ports.ts';
import { type Word, wordsIn } from '../../../domain/shared/words.ts';

const mostLines = 3;
const longestLine = 240;
/** Lines past these are not looked at: the first mentions say what a text is about. */
const mostScanned = 20_000;

type Mark = { readonly from: number; readonly to: number };
type Scored = SearchLine & { readonly terms: number };

export function snippetsOf(text: string, terms: readonly Term[]): readonly SearchLine[] {
  const best: Scored[] = [];
  const lines = text.split('\n', mostScanned);
  for (const [at, line] of lines.entries()) {
    const marked = markedLine(line, at + 1, terms);
    if (marked === null) continue;
    best.push(marked);
    best.sort((one, other) => other.terms - one.terms || one.line - other.line);
    best.length = Math.min(best.length, mostLines);
    // A line with every word, when there are enough of them, is not outdone.
    if (best.length === mostLines && best.every((each) => each.terms === terms.length)) break;
  }
  if (best.length === 0) return firstLines(lines);
  return best.sort((one, other) => one.line - other.line).map(({ terms: _, ...line }) => line);
}

function firstLines(lines: readonly string[]): readonly SearchLine[] {
  const at = lines.findIndex((line) => line.trim() !== '');
  const text = lines[at]?.trim().slice(0, longestLine);
  return text ? [{ line: at + 1, text, marks: [] }] : [];
}

/** The places of all terms in a text. */
export function marksIn(words: readonly Word[], terms: readonly Term[]): { marks: readonly Mark[]; terms: number } {
  const marks: Mark[] = [];
  let found = 0;
  for (const term of terms) {
    const before = marks.length;
    for (let at = 0; at < words.length; at += 1) {
      const end = endOf(words, at, term);
      const [first, last] = [words[at], words[end]];
      if (first && last) marks.push({ from: first.from, to: last.to });
    }
    if (marks.length > before) found += 1;
  }
  return { marks: merged(marks), terms: found };
}

/** The index of its last word when the term stands at this place; -1 otherwise. */
function endOf(words: readonly Word[], at: number, { words: wanted, prefix }: Term): number {
  const last = wanted.length - 1;
  for (const [offset, text] of wanted.entries()) {
    const word = words[at + offset]?.text;
    if (word === undefined) return -1;
    if (prefix && offset === last ? !word.startsWith(text) : word !== text) return -1;
  }
  return at + last;
}

function merged(marks: readonly Mark[]): readonly Mark[] {
  const sorted = [...marks].sort((one, other) => one.from - other.from || one.to - other.to);
  const kept: Mark[] = [];
  for (const mark of sorted) {
    const last = kept.at(-1);
    if (last && mark.from <= last.to) kept[kept.length - 1] = { from: last.from, to: Math.max(last.to, mark.to) };
    else kept.push(mark);
  }
  return kept;
}

function markedLine(line: string, number: number, terms: readonly Term[]): Scored | null {
  if (!mayHold(line, terms)) return null;
  const found = marksIn(wordsIn(line), terms);
  const [first] = found.marks;
  if (first === undefined) return null;
  const indent = line.length - line.trimStart().length;
  const start = first.to - indent > longestLine ? Math.max(indent, first.from - 60) : indent;
  const text = line.slice(start, start + longestLine).trimEnd();
  const marks = found.marks
    .map(({ from, to }) => ({ from: from - start, to: Math.min(to - start, text.length) }))
    .filter(({ from, to }) => from >= 0 && to > from);
  return { line: number, text, marks, terms: found.terms };
}

/** Most lines hold no word of the question: they are not taken apart. Accents are, as they fold away. */
function mayHold(line: string, terms: readonly Term[]): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: whether it is ASCII is asked
  if (/[^\x00-\x7f]/.test(line)) return true;
  const lower = line.toLowerCase();
  return terms.some(({ words }) => lower.includes(words[0] ?? ''));
}
