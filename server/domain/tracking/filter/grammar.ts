/**
 * MLflow's search grammar: comparisons joined by AND, and one sort column with
 * a direction. Says what stands where; what the columns mean is not known here.
 */
import { EmbeddedActionsParser, type IToken } from 'chevrotain';
import type { ComparisonOperator } from '../ports.ts';
import {
  And,
  Asc,
  Close,
  Comma,
  Comparator,
  Desc,
  Dot,
  In,
  Is,
  KeyPart,
  Not,
  Null,
  NumberValue,
  Open,
  QuotedKey,
  TextValue,
  vocabulary,
  Word,
} from './tokens.ts';

/** `to` is exclusive. */
export type Span = { readonly from: number; readonly to: number };
export type Name = Span & { readonly text: string };
export type ParsedColumn = { readonly entity: Name | null; readonly key: Name };
export type ParsedValue = Span & { readonly value: number | string | readonly string[] | null };
export type ParsedOperator = Span & { readonly operator: ComparisonOperator };
export type ParsedComparison = {
  readonly column: ParsedColumn;
  readonly operator: ParsedOperator;
  readonly value: ParsedValue;
};
export type ParsedOrdering = { readonly column: ParsedColumn; readonly ascending: boolean };

export class FilterGrammar extends EmbeddedActionsParser {
  readonly filter = this.RULE('filter', (): readonly ParsedComparison[] => {
    const found: ParsedComparison[] = [];
    this.MANY_SEP({ SEP: And, DEF: () => found.push(this.SUBRULE(this.comparison)) });
    return found;
  });

  readonly ordering = this.RULE('ordering', (): ParsedOrdering => {
    const column = this.SUBRULE(this.column);
    let ascending = true;
    this.OPTION(() =>
      this.OR([
        { ALT: () => this.CONSUME(Asc) },
        {
          ALT: () => {
            this.CONSUME(Desc);
            ascending = false;
          },
        },
      ]),
    );
    return { column, ascending };
  });

  private readonly comparison = this.RULE('comparison', (): ParsedComparison => {
    const column = this.SUBRULE(this.column);
    const operator = this.SUBRULE(this.operator);
    // While the grammar records itself every path is walked; afterwards these two operators take no value.
    if (!this.RECORDING_PHASE && operator.operator.startsWith('IS ')) {
      return { column, operator, value: { value: null, from: operator.to, to: operator.to } };
    }
    return { column, operator, value: this.SUBRULE(this.value) };
  });

  readonly column = this.RULE('column', (): ParsedColumn => {
    const first = this.OR([
      { ALT: () => nameOf([this.CONSUME(Word)]) },
      { ALT: () => quoted(this.CONSUME(QuotedKey)) },
    ]);
    let key: Name | undefined;
    this.OPTION(() => {
      this.CONSUME(Dot);
      key = this.SUBRULE(this.key);
    });
    return key === undefined ? { entity: null, key: first } : { entity: first, key };
  });

  private readonly key = this.RULE(
    'key',
    (): Name =>
      this.OR([
        { ALT: () => quoted(this.CONSUME(QuotedKey)) },
        {
          ALT: () => {
            const parts: IToken[] = [];
            this.AT_LEAST_ONE_SEP({ SEP: Dot, DEF: () => parts.push(this.CONSUME(KeyPart)) });
            return nameOf(parts);
          },
        },
      ]),
  );

  private readonly operator = this.RULE(
    'operator',
    (): ParsedOperator =>
      this.OR([
        { ALT: () => operatorOf(this.CONSUME(Comparator)) },
        { ALT: () => operatorOf(this.CONSUME(In)) },
        {
          ALT: () => {
            const not = this.CONSUME(Not);
            return { operator: 'NOT IN', from: not.startOffset, to: end(this.CONSUME2(In)) } as const;
          },
        },
        {
          ALT: () => {
            const is = this.CONSUME(Is);
            const negated = this.OPTION(() => this.CONSUME2(Not)) !== undefined;
            const operator = negated ? 'IS NOT NULL' : 'IS NULL';
            return { operator, from: is.startOffset, to: end(this.CONSUME(Null)) } as const;
          },
        },
      ]),
  );

  private readonly value = this.RULE(
    'value',
    (): ParsedValue =>
      this.OR([
        { ALT: () => numberOf(this.CONSUME(NumberValue)) },
        { ALT: () => textOf(this.CONSUME(TextValue)) },
        { ALT: () => this.SUBRULE(this.list) },
      ]),
  );

  private readonly list = this.RULE('list', (): ParsedValue => {
    const from = this.CONSUME(Open).startOffset;
    const values: string[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => values.push(unquote(this.CONSUME(TextValue).image)) });
    return { value: values, from, to: end(this.CONSUME(Close)) };
  });

  constructor() {
    super(vocabulary, { maxLookahead: 2 });
    this.performSelfAnalysis();
  }
}

let made: FilterGrammar | undefined;

/** One for all, made when a search first needs it: parsing is synchronous and sets its input anew. */
export function filterGrammar(): FilterGrammar {
  made ??= new FilterGrammar();
  return made;
}

function end(token: IToken): number {
  return token.startOffset + token.image.length;
}

function numberOf(token: IToken): ParsedValue {
  return { value: Number(token.image), from: token.startOffset, to: end(token) };
}

function textOf(token: IToken): ParsedValue {
  return { value: unquote(token.image), from: token.startOffset, to: end(token) };
}

function operatorOf(token: IToken): ParsedOperator {
  const operator = token.image.toUpperCase() as ComparisonOperator;
  return { operator, from: token.startOffset, to: end(token) };
}

function quoted(token: IToken): Name {
  return { text: unquote(token.image), from: token.startOffset, to: end(token) };
}

/** A dotted key as one name. While the grammar records itself there may be no token. */
function nameOf(parts: readonly IToken[]): Name {
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return { text: '', from: 0, to: 0 };
  return { text: parts.map((part) => part.image).join('.'), from: first.startOffset, to: end(last) };
}

/** A doubled quote inside quotes stands for one. */
function unquote(image: string): string {
  const quote = image.charAt(0);
  return image.slice(1, -1).replaceAll(quote + quote, quote);
}
