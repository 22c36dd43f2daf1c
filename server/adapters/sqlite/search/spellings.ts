/**
 * For words that are nowhere, words like them that are somewhere. A word is
 * proposed only when the person who asks would find something by it: what is
 * hidden from them proposes nothing and keeps nothing else from being proposed.
 */
import { distance } from 'fastest-levenshtein';
import type { Question, Term } from '../../../domain/search/ports.ts';
import type { Connection } from '../connection.ts';
import { candidates, type Sight } from './candidates.ts';

const shortest = 3;
const mostWords = 4;
/** Words of one distance are tried in the order of letters, so many of them. */
const mostTried = 200;

const near = 'SELECT term FROM vocabulary WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?';

export function spellingsOf(
  connection: Connection,
  { include }: Question,
  sight: Sight,
): readonly (readonly [string, string])[] {
  const isSeen = (term: Term) =>
    candidates(connection, { include: [term], exclude: [], filters: [] }, { sight, limit: 1 }).length > 0;
  const isMissing = (term: Term) => (term.words[0]?.length ?? 0) >= shortest && !isSeen(term);
  const missing = include.flatMap(wordsOf).filter(isMissing).slice(0, mostWords);
  return missing.flatMap(({ words: [word = ''] }) => {
    const instead = nearest(connection, word).find((each) => isSeen({ words: [each], prefix: false }));
    return instead === undefined ? [] : [[word, instead] as const];
  });
}

function wordsOf({ words, prefix }: Term): readonly Term[] {
  return words.map((word, at) => ({ words: [word], prefix: prefix && at === words.length - 1 }));
}

/** The first letter is rarely mistaken, and words are looked up by it. */
function nearest(connection: Connection, word: string): readonly string[] {
  const first = [...word][0] ?? '';
  const most = word.length < 5 ? 1 : 2;
  const next = String.fromCodePoint((first.codePointAt(0) ?? 0) + 1);
  const rows = connection.statement(near).all(first, next, word.length - most, word.length + most);
  return rows
    .map(({ term }) => ({ term: String(term), far: distance(word, String(term)) }))
    .filter(({ far }) => far > 0 && far <= most)
    .sort((one, other) => one.far - other.far || (one.term < other.term ? -1 : 1))
    .slice(0, mostTried)
    .map(({ term }) => term);
}
