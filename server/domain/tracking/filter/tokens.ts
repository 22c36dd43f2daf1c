/**
 * The words of MLflow's search grammar. A bare word may hold anything but
 * white space, quotes, operators, brackets, commas and dots, so that
 * `metrics.val/loss` and `params.learning-rate` need no quotes. Input that is
 * no word of the grammar becomes an error of the lexer, never an exception.
 */
import { createToken, Lexer, type TokenType } from 'chevrotain';

export const KeyPart = createToken({ name: 'KeyPart', pattern: Lexer.NA });
export const Comparator = createToken({ name: 'Comparator', pattern: Lexer.NA });
export const TextValue = createToken({ name: 'TextValue', pattern: Lexer.NA });
export const QuotedKey = createToken({ name: 'QuotedKey', pattern: Lexer.NA });

export const Word = createToken({ name: 'Word', pattern: /[^\s'"`=<>!(),.;]+/, categories: KeyPart });

function keyword(name: string, categories: TokenType[] = [KeyPart]): TokenType {
  return createToken({ name, pattern: new RegExp(name, 'i'), longer_alt: Word, categories });
}

export const And = keyword('And');
export const Not = keyword('Not');
export const In = keyword('In');
export const Is = keyword('Is');
export const Null = keyword('Null');
export const Like = keyword('Like', [KeyPart, Comparator]);
export const ILike = keyword('ILike', [KeyPart, Comparator]);
export const Asc = keyword('Asc');
export const Desc = keyword('Desc');

function symbol(name: string, pattern: RegExp, categories: TokenType[] = []): TokenType {
  return createToken({ name, pattern, categories });
}

export const Sign = symbol('Sign', /!=|<=|>=|=|<|>/, [Comparator]);
export const Dot = symbol('Dot', /\./);
export const Comma = symbol('Comma', /,/);
export const Open = symbol('Open', /\(/);
export const Close = symbol('Close', /\)/);

/** Neither part of a longer word nor of a dotted key: `metrics.top.5` has no number in it. */
export const NumberValue = createToken({
  name: 'NumberValue',
  pattern: /(?<![^\s=<>!(),])[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![^\s'"`=<>!(),;])/,
});

export const SingleQuoted = createToken({
  name: 'SingleQuoted',
  pattern: /'(?:[^']|'')*'/,
  line_breaks: true,
  categories: TextValue,
});
/** A key before the operator, a value after it. */
export const DoubleQuoted = createToken({
  name: 'DoubleQuoted',
  pattern: /"(?:[^"]|"")*"/,
  line_breaks: true,
  categories: [TextValue, QuotedKey],
});
export const BackQuoted = createToken({
  name: 'BackQuoted',
  pattern: /`(?:[^`]|``)*`/,
  line_breaks: true,
  categories: QuotedKey,
});
/** A quote that is never closed: what a person is still typing. */
export const Unclosed = createToken({ name: 'Unclosed', pattern: /['"`][\s\S]*/, line_breaks: true });

const Space = createToken({ name: 'Space', pattern: /\s+/, line_breaks: true, group: Lexer.SKIPPED });

export const vocabulary: TokenType[] = [
  Space,
  ...[KeyPart, Comparator, TextValue, QuotedKey],
  ...[SingleQuoted, DoubleQuoted, BackQuoted, Unclosed],
  ...[NumberValue, And, Not, In, Is, Null, ILike, Like, Asc, Desc, Word],
  ...[Sign, Dot, Comma, Open, Close],
];

/** Offsets alone are tracked; the first-character table cannot read look-behind, and filters are short. */
export const lexer = new Lexer(vocabulary, { positionTracking: 'onlyOffset', safeMode: true });
