/**
 * What may stand at the caret of a filter. The grammar says which kind of word
 * comes next; the store says which columns and values there really are.
 */
import { EOF, type IToken, type TokenType } from 'chevrotain';
import type { Completion } from '../../../../protocol/model/experiment.ts';
import type { Column } from '../ports.ts';
import { operatorsOf, panelTarget, type ResolvedColumn, resolveColumn, type ValueKind } from './columns.ts';
import { filterGrammar } from './grammar.ts';
import { parseFilter } from './parseFilter.ts';
import { FilterProblem } from './problem.ts';
import * as words from './tokens.ts';

export type CompletionSource = {
  columns(): Promise<{
    readonly metrics: readonly string[];
    readonly parameters: readonly string[];
    readonly tags: readonly string[];
  }>;
  distinct(column: Column): Promise<readonly string[]>;
};

type Item = Completion['items'][number];
const maxItems = 100;

export async function completeFilter(
  input: { readonly filter: string; readonly caret: number },
  source: CompletionSource,
): Promise<Completion> {
  const before = input.filter.slice(0, input.caret);
  const { settled, from } = splitAtCaret(before);
  const typed = before.slice(from);
  const items = await itemsAfter(settled, typed, source);
  return { from, items: narrow(items, typed), error: problemOf(input.filter) };
}

/** What is wrong with the whole filter; null when it can be searched with. */
export function problemOf(filter: string): Completion['error'] {
  try {
    parseFilter(filter, panelTarget);
    return null;
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    const message = error.remedy === undefined ? error.message : `${error.message}. ${error.remedy}`;
    return { message, from: error.from, to: error.to };
  }
}

/** The word being typed is what touches the caret without a space or operator in between. */
function splitAtCaret(before: string): { readonly settled: readonly IToken[]; readonly from: number } {
  const { tokens } = words.lexer.tokenize(before);
  let count = tokens.length;
  let from = before.length;
  for (let token = tokens[count - 1]; token !== undefined && isPartial(token, from); token = tokens[count - 1]) {
    count -= 1;
    from = token.startOffset;
  }
  return { settled: tokens.slice(0, count), from };
}

const symbols: readonly TokenType[] = [words.Sign, words.Comma, words.Open, words.Close];

function isPartial(token: IToken, end: number): boolean {
  return token.startOffset + token.image.length === end && !symbols.includes(token.tokenType);
}

/** The rule of the grammar that lacks something after these words; `and` where they are complete, `none` after a mistake. */
function placeAfter(settled: readonly IToken[]): string {
  if (settled.length === 0) return 'column';
  const grammar = filterGrammar();
  grammar.input = [...settled];
  grammar.filter();
  const [error] = grammar.errors;
  if (error === undefined) return 'and';
  return error.token.tokenType === EOF ? (error.context.ruleStack.at(-1) ?? 'none') : 'none';
}

async function itemsAfter(
  settled: readonly IToken[],
  typed: string,
  source: CompletionSource,
): Promise<readonly Item[]> {
  switch (placeAfter(settled)) {
    case 'column':
    case 'comparison':
      return await columnItems(typed, source);
    case 'operator':
      return operatorItems(settled);
    case 'value':
    case 'list':
      return await valueItems({ settled, typed, source });
    case 'and':
      return [{ text: 'AND', kind: 'keyword' }];
    default:
      return [];
  }
}

const readings = { best: 'best of the metric', min: 'lowest of the metric', max: 'highest of the metric' } as const;

/** Each metric stands there once, until one of the words for its other values is begun. */
async function columnItems(typed: string, source: CompletionSource): Promise<readonly Item[]> {
  const { metrics, parameters, tags } = await source.columns();
  const attributes = new Set([...panelTarget.attributes.values()].map(({ key }) => key));
  const of = (prefix: string, keys: readonly string[], detail: string): readonly Item[] =>
    keys.map((key) => ({ text: `${prefix}.${quoteKey(key)}`, kind: 'column', detail }));
  return [
    ...of('metrics', metrics, 'metric'),
    ...Object.entries(readings).flatMap(([word, detail]) => (isBegun(word, typed) ? of(word, metrics, detail) : [])),
    ...of('params', parameters, 'parameter'),
    ...[...attributes].map((key): Item => ({ text: key, kind: 'column', detail: 'attribute' })),
    ...of('tags', tags, 'tag'),
    ...of('dataset', ['name', 'digest', 'context'], 'dataset'),
  ];
}

function isBegun(word: string, typed: string): boolean {
  const [first = ''] = typed.toLowerCase().split('.');
  return first !== '' && word.startsWith(first);
}

function operatorItems(settled: readonly IToken[]): readonly Item[] {
  const resolved = lastColumn(settled);
  const kinds: readonly ValueKind[] = resolved === null ? ['number', 'text'] : [resolved.kind];
  const operators = [...new Set(kinds.flatMap((kind) => operatorsOf[kind]))];
  const begun = begunOperator(settled);
  const fitting = operators.filter((text) => text.startsWith(begun));
  return fitting.map((text) => ({ text: text.slice(begun.length), kind: 'operator' }));
}

/** The words of an operator of several that stand there already. */
function begunOperator(settled: readonly IToken[]): string {
  const isWord = ({ tokenType }: IToken) => tokenType === words.Is || tokenType === words.Not;
  const from = settled.findLastIndex((token) => !isWord(token)) + 1;
  return settled
    .slice(from)
    .map(({ image }) => `${image.toUpperCase()} `)
    .join('');
}

async function valueItems(place: {
  readonly settled: readonly IToken[];
  readonly typed: string;
  readonly source: CompletionSource;
}): Promise<readonly Item[]> {
  const resolved = lastColumn(place.settled);
  const last = place.settled.at(-1)?.tokenType;
  if (resolved === null || resolved.kind === 'number' || last === words.SingleQuoted) return [];
  const values = resolved.values ?? (await place.source.distinct(resolved.column));
  const quote = place.typed.startsWith('"') ? '"' : "'";
  const written = values.map((value) => quoteValue(value, quote));
  return written.map((text) => ({ text: last === words.In ? `(${text})` : text, kind: 'value' }));
}

/** The column of the comparison that the tokens end in: everything since the last AND up to an operator. */
function lastColumn(settled: readonly IToken[]): ResolvedColumn | null {
  const start = settled.findLastIndex((token, index) => isConjunction(token, settled[index - 1])) + 1;
  const [first, dot, ...rest] = settled.slice(start);
  if (first === undefined) return null;
  const named = dot?.tokenType === words.Dot;
  const keyTokens = named ? rest : [first];
  const operator = keyTokens.findIndex(({ tokenType }) => isOperator(tokenType));
  const key = keyTokens.slice(0, operator < 0 ? undefined : operator);
  const parsed = {
    entity: named ? { text: first.image, from: 0, to: 0 } : null,
    key: { text: keyOf(key), from: 0, to: 0 },
  };
  try {
    return resolveColumn(panelTarget, parsed);
  } catch {
    return null;
  }
}

/** AND after a dot is part of a key. */
function isConjunction(token: IToken, previous: IToken | undefined): boolean {
  return token.tokenType === words.And && previous?.tokenType !== words.Dot;
}

const wordOperators: readonly TokenType[] = [words.In, words.Is, words.Not, words.Like, words.ILike];

function isOperator(type: TokenType): boolean {
  return type === words.Sign || wordOperators.includes(type);
}

function keyOf(tokens: readonly IToken[]): string {
  const [only] = tokens;
  if (only !== undefined && tokens.length === 1 && /^["`]/.test(only.image)) return only.image.slice(1, -1);
  return tokens.map(({ image }) => image).join('');
}

/** A key as it must be written: in back quotes where the grammar would end it. */
export function quoteKey(key: string): string {
  const parts = key.split('.');
  const plain = parts.every((part) => /^[^\s'"`=<>!(),.;]+$/.test(part));
  return plain ? key : `\`${key.replaceAll('`', '``')}\``;
}

function quoteValue(value: string, quote: string): string {
  return `${quote}${value.replaceAll(quote, quote + quote)}${quote}`;
}

/** What begins with the typed text first, then what has it inside. */
function narrow(items: readonly Item[], typed: string): readonly Item[] {
  const wanted = typed.toLowerCase();
  const starting = items.filter(({ text }) => text.toLowerCase().startsWith(wanted));
  const bare = wanted.replace(/^['"`]/, '');
  const holding = items.filter(({ text }) => {
    const lower = text.toLowerCase();
    return !lower.startsWith(wanted) && lower.includes(bare);
  });
  return [...starting, ...holding].slice(0, maxItems);
}
