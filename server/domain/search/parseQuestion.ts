/**
 * What a person typed to a question for the index. Words, quotes and
 * punctuation of any kind give one; only a filter whose value cannot be meant
 * is refused, with what could be written instead.
 */
import { mostWords, searchKind, searchKinds } from '../../../protocol/model/search.ts';
import { DomainError } from '../shared/errors.ts';
import { partsIn, wordsIn } from '../shared/words.ts';
import { type Clause, type Piece, SearchGrammar } from './grammar.ts';
import type { FieldFilter, MetricFilter, Question, Term } from './ports.ts';
import { lexer } from './tokens.ts';

export type Parsed = { readonly question: Question; readonly notes: readonly string[] };

const grammar = new SearchGrammar();
/** The last word of a text is perhaps not finished: from so many letters on its beginning is enough. */
const shortestBeginning = 3;

export function parseQuestion(text: string): Parsed {
  const { tokens } = lexer.tokenize(text);
  grammar.input = tokens;
  const clauses = grammar.question();
  if (grammar.errors.length > 0) return { question: { include: wordTerms(text), exclude: [], filters: [] }, notes: [] };
  const texts = clauses.filter((clause) => clause.kind === 'text');
  const filters = clauses.flatMap((clause) => (clause.kind === 'field' ? [filterOf(clause)] : []));
  const terms = texts.flatMap(({ piece, excluded }) =>
    termsOf(piece, piece.to === text.length).map((term) => ({ term, excluded })),
  );
  const kept = terms.slice(0, mostWords);
  const notes = terms.length > kept.length ? [`Only the first ${mostWords} words are searched for.`] : [];
  const include = kept.filter(({ excluded }) => !excluded).map(({ term }) => term);
  const exclude = kept.filter(({ excluded }) => excluded).map(({ term }) => term);
  return { question: { include, exclude, filters }, notes };
}

function wordTerms(text: string): readonly Term[] {
  const words = wordsIn(text).slice(0, mostWords);
  return words.map((word) => ({ words: [word.text], prefix: false }));
}

/** An identifier is its parts in a row; one with dots and capitals gives several, as the whole stands between them. */
function termsOf({ kind, text }: Piece, isLast: boolean): readonly Term[] {
  if (kind === 'phrase') return given({ words: wordsIn(text).map((word) => word.text), prefix: false });
  const bare = text.replace(/\*+$/, '');
  const words = wordsIn(bare);
  const parts = partsIn(bare);
  const isBeginning = bare !== text || (isLast && (parts.at(-1)?.length ?? 0) >= shortestBeginning);
  const runs = bare.split(/[^\p{L}\p{N}\p{M}]+/u).filter((run) => run !== '');
  if (runs.length < 2 || words.length === parts.length) return given({ words: parts, prefix: isBeginning });
  return runs.map((run, at) => ({ words: partsIn(run), prefix: isBeginning && at === runs.length - 1 }));
}

function given(term: Term): readonly Term[] {
  return term.words.length > 0 ? [term] : [];
}

type FieldClause = Extract<Clause, { readonly kind: 'field' }>;

function filterOf(clause: FieldClause): FieldFilter {
  const { field, excluded } = clause;
  const value = clause.piece?.text.trim() ?? '';
  if (value === '') throw wrong(`${field}: needs a value`, examples[field as Field]);
  switch (field as Field) {
    case 'metric':
      return { field: 'metric', excluded, ...metricOf(value, clause) };
    case 'kind': {
      const kind = searchKind.safeParse(value.toLowerCase().replace(/s$/, ''));
      if (!kind.success) throw wrong(`There is no kind ${JSON.stringify(value.slice(0, 40))}`, searchKinds.join(', '));
      return { field: 'kind', excluded, value: kind.data };
    }
    default:
      return { field: field as 'project' | 'owner' | 'lang', excluded, value: value.toLowerCase() };
  }
}

type Field = FieldFilter['field'];
const examples: Readonly<Record<Field, string>> = {
  project: 'project:churn',
  owner: 'owner:ada',
  kind: 'kind:notebook',
  lang: 'lang:python',
  metric: 'metric:accuracy>0.9',
};

function metricOf(name: string, { sign, bound }: FieldClause): MetricFilter {
  const value = Number(bound ?? Number.NaN);
  if (sign === null || Number.isNaN(value) || bound === '') {
    throw wrong(`The filter metric:${name.slice(0, 40)} needs a comparison with a number`, examples.metric);
  }
  return { name, operator: sign as MetricFilter['operator'], value };
}

function wrong(message: string, example: string): DomainError {
  return new DomainError('invalid-input', `${message}.`, { field: 'text', remedy: `Write it as: ${example}` });
}
