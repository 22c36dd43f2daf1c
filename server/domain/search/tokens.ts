/** The words of the language of searches. Whatever a person types is some sequence of them. */
import { createToken, Lexer, type TokenType } from 'chevrotain';

/** Up to the next quote, or to the end while it is being typed. */
export const Phrase = createToken({ name: 'Phrase', pattern: /"[^"]*"?/, line_breaks: true });
export const Word = createToken({ name: 'Word', pattern: /[^\s"<>=!]+/ });
export const Minus = createToken({ name: 'Minus', pattern: /(?<![^\s])-(?=[^\s-])/ });
export const Field = createToken({
  name: 'Field',
  pattern: /(?<![^\s-])(?:project|owner|kind|lang|metric):/i,
});
export const Sign = createToken({ name: 'Sign', pattern: />=|<=|!=|=|>|</ });
const Space = createToken({ name: 'Space', pattern: /[\s!]+/, line_breaks: true, group: Lexer.SKIPPED });

export const vocabulary: TokenType[] = [Phrase, Minus, Field, Sign, Space, Word];

/** The first-character table cannot read look-behind, and what people type is short. */
export const lexer = new Lexer(vocabulary, { positionTracking: 'onlyOffset', safeMode: true });
