/**
 * Text of MLflow's search grammar to comparisons and orderings of the ports.
 * Any text at all gives one of the two or a FilterProblem, and nothing of the
 * text other than names and values reaches a store.
 */
import { EOF, type IRecognitionException } from 'chevrotain';
import type { Column, Comparison, Ordering } from '../ports.ts';
import {
  operatorsOf,
  panelTarget,
  type ResolvedColumn,
  resolveColumn,
  runTarget,
  type SearchTarget,
  type ValueKind,
} from './columns.ts';
import { type FilterGrammar, filterGrammar, type ParsedComparison, type Span } from './grammar.ts';
import { FilterProblem } from './problem.ts';
import { lexer } from './tokens.ts';

export const filterLimits = { bytes: 100_000, clauses: 200 } as const;

/** An empty filter compares nothing: everything matches. */
export function parseFilter(text: string, target: SearchTarget = runTarget): readonly Comparison[] {
  const parsed = parse(text, 'filter') ?? [];
  if (parsed.length > filterLimits.clauses) {
    const span = { from: 0, to: text.length };
    const message = `The filter has ${parsed.length} comparisons, more than the ${filterLimits.clauses} allowed`;
    throw new FilterProblem(message, span, 'Split the search into several.');
  }
  return parsed.map((comparison) => checkComparison(comparison, target));
}

/** The same with each column as it was written and what it holds: for who shows the comparisons apart. */
export function parseWritten(
  text: string,
): readonly { readonly column: string; readonly kind: ValueKind; readonly comparison: Comparison }[] {
  return (parse(text, 'filter') ?? []).map((parsed) => {
    const { entity, key } = parsed.column;
    const { kind } = resolveColumn(panelTarget, parsed.column);
    const comparison = checkComparison(parsed, panelTarget);
    return { column: text.slice((entity ?? key).from, key.to), kind, comparison };
  });
}

/** One item of an order, as in `metrics.accuracy DESC`. */
export function parseOrdering(text: string, target: SearchTarget = runTarget): Ordering {
  const parsed = parse(text, 'ordering');
  const { column } = resolveColumn(target, parsed.column);
  if (column.entity === 'dataset') {
    const span = { from: 0, to: text.length };
    throw new FilterProblem('Invalid order_by clause: a run has many datasets', span, 'Order by another column.');
  }
  return { column, ascending: parsed.ascending };
}

/** A column alone, as in `best.loss`. */
export function parseColumn(text: string, target: SearchTarget = runTarget): Column {
  return resolveColumn(target, parse(text, 'column')).column;
}

type Rules = {
  readonly column: ReturnType<FilterGrammar['column']>;
  readonly filter: ReturnType<FilterGrammar['filter']>;
  readonly ordering: ReturnType<FilterGrammar['ordering']>;
};

function parse<R extends keyof Rules>(text: string, rule: R): Rules[R] {
  if (Buffer.byteLength(text) > filterLimits.bytes) {
    const message = `Text of a search may be ${filterLimits.bytes} bytes long at most`;
    throw new FilterProblem(message, { from: 0, to: text.length }, 'Shorten it.');
  }
  const { tokens, errors } = lexer.tokenize(text);
  const grammar = filterGrammar();
  grammar.input = tokens;
  const parsed = grammar[rule]() as Rules[R];
  const [strange] = errors;
  const [misplaced] = grammar.errors;
  if (misplaced !== undefined) throw syntaxProblem(misplaced, { text, rule });
  if (strange !== undefined) {
    const span = { from: strange.offset, to: strange.offset + strange.length };
    throw clauseProblem(text, rule, { ...span, expected: 'no such character outside quotes' });
  }
  return parsed;
}

/** What each rule of the grammar stands for, in words; the innermost one that failed says what was expected. */
const expectations: Readonly<Record<string, string>> = {
  filter: 'AND and another comparison',
  ordering: 'ASC or DESC',
  comparison: 'a comparison such as metrics.accuracy > 0.9',
  column: 'a column such as metrics.accuracy',
  key: 'a name; quote it as in params.`my key` when it has spaces or dots at an end',
  operator: 'an operator such as = or > or IS NULL',
  value: "a number, or text in single quotes such as 'tree'",
  list: "quoted texts as in ('a', 'b')",
};

function syntaxProblem(error: IRecognitionException, source: { readonly text: string; readonly rule: keyof Rules }) {
  const { text, rule } = source;
  const { token } = error;
  const span =
    token.tokenType === EOF
      ? { from: text.trimEnd().length, to: text.length }
      : { from: token.startOffset, to: token.startOffset + token.image.length };
  const place = span.from === 0 ? 'column' : (error.context.ruleStack.at(-1) ?? rule);
  return clauseProblem(text, rule, { ...span, expected: expectations[place] ?? 'something else' });
}

const faults: Readonly<Record<keyof Rules, string>> = {
  column: 'Invalid column',
  filter: 'Invalid clause(s) in filter string',
  ordering: 'Invalid order_by clause',
};

function clauseProblem(text: string, rule: keyof Rules, fault: Span & { readonly expected: string }): FilterProblem {
  const found = text.slice(fault.from, fault.to).trim();
  const what = faults[rule];
  const shown = found === '' ? 'it ends too early' : `'${found.slice(0, 200)}' at position ${fault.from + 1}`;
  const hint = /^['"`]/.test(found) && !isClosed(found) ? ' Close the quote.' : '';
  return new FilterProblem(`${what}: ${shown}`, fault, `Expected ${fault.expected}.${hint}`);
}

function isClosed(image: string): boolean {
  return image.length > 1 && image.endsWith(image.charAt(0));
}

function checkComparison(parsed: ParsedComparison, target: SearchTarget): Comparison {
  const { column, kind, values } = resolveColumn(target, parsed.column);
  const { operator } = parsed.operator;
  if (!operatorsOf[kind].includes(operator)) {
    const allowed = operatorsOf[kind].join(' ');
    const message = `Invalid comparator '${operator}' for ${nameOf(column)}`;
    throw new FilterProblem(message, parsed.operator, `Use one of ${allowed}.`);
  }
  const { value } = parsed.value;
  const complaint = valueComplaint(kind, { operator, value }) ?? strangerComplaint(values, { operator, value });
  if (complaint !== null)
    throw new FilterProblem(`${complaint.message} for ${nameOf(column)}`, parsed.value, complaint.remedy);
  return { column, operator, value };
}

function nameOf(column: Comparison['column']): string {
  return `${column.entity} '${column.key}'`;
}

/** Where few values can be, another is a mistake and no search that finds nothing. */
function strangerComplaint(
  values: ResolvedColumn['values'],
  { operator, value }: Pick<Comparison, 'operator' | 'value'>,
) {
  if (values === undefined || value === null || operator === 'LIKE' || operator === 'ILIKE') return null;
  if ([value].flat().every((each) => values.includes(String(each)))) return null;
  return { message: 'Expected another value', remedy: `Use one of ${values.map((each) => `'${each}'`).join(', ')}.` };
}

function valueComplaint(kind: ValueKind, { operator, value }: Pick<Comparison, 'operator' | 'value'>) {
  if (value === null) return null;
  if (kind === 'number') {
    if (typeof value === 'number') return null;
    return { message: 'Expected numeric value type', remedy: 'Write the number without quotes.' };
  }
  if (operator === 'IN' || operator === 'NOT IN') {
    if (Array.isArray(value)) return null;
    return { message: 'Expected a list of quoted strings', remedy: "Write it as in ('a', 'b')." };
  }
  if (typeof value === 'string') return null;
  return { message: 'Expected a quoted string value', remedy: "Put the text in single quotes, as in 'tree'." };
}
