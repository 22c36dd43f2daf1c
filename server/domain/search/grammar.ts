/** The grammar of searches: clauses in any order, each a word, a phrase or a filter, perhaps excluded. */
import { EmbeddedActionsParser, type IToken } from 'chevrotain';
import { Field, Minus, Phrase, Sign, vocabulary, Word } from './tokens.ts';

export type Piece = { readonly kind: 'word' | 'phrase'; readonly text: string; readonly to: number };
export type Clause = { readonly excluded: boolean } & (
  | { readonly kind: 'text'; readonly piece: Piece }
  | {
      readonly kind: 'field';
      readonly field: string;
      readonly piece: Piece | null;
      readonly sign: string | null;
      readonly bound: string | null;
    }
  | { readonly kind: 'nothing' }
);

export class SearchGrammar extends EmbeddedActionsParser {
  readonly question = this.RULE('question', (): readonly Clause[] => {
    const clauses: Clause[] = [];
    this.MANY(() => clauses.push(this.SUBRULE(this.clause)));
    return clauses;
  });

  private readonly clause = this.RULE('clause', (): Clause => {
    const excluded = this.OPTION(() => this.CONSUME(Minus)) !== undefined;
    return this.OR([
      { ALT: () => this.SUBRULE(this.filter, { ARGS: [excluded] }) },
      { ALT: (): Clause => ({ kind: 'text', excluded, piece: this.SUBRULE(this.piece) }) },
      // An operator that belongs to no filter says nothing, as other punctuation does.
      {
        ALT: (): Clause => {
          this.CONSUME(Sign);
          return { kind: 'nothing', excluded };
        },
      },
    ]);
  });

  private readonly filter = this.RULE('filter', (excluded: boolean): Clause => {
    const field = this.CONSUME(Field).image.slice(0, -1).toLowerCase();
    const piece = this.OPTION(() => this.SUBRULE(this.piece)) ?? null;
    let sign: string | null = null;
    let bound: string | null = null;
    this.OPTION1({
      GATE: () => field === 'metric',
      DEF: () => {
        sign = this.CONSUME(Sign).image;
        const minus = this.OPTION2(() => this.CONSUME(Minus))?.image ?? '';
        const number = this.OPTION3(() => this.SUBRULE1(this.piece));
        bound = number ? `${minus}${number.text}` : null;
      },
    });
    return { kind: 'field', excluded, field, piece, sign, bound };
  });

  private readonly piece = this.RULE('piece', (): Piece => {
    return this.OR([
      { ALT: () => pieceOf('phrase', this.CONSUME(Phrase)) },
      { ALT: () => pieceOf('word', this.CONSUME(Word)) },
    ]);
  });

  constructor() {
    super(vocabulary, { recoveryEnabled: false, maxLookahead: 2 });
    this.performSelfAnalysis();
  }
}

function pieceOf(kind: Piece['kind'], token: IToken): Piece {
  const text = kind === 'phrase' ? token.image.replace(/^"|"$/g, '') : token.image;
  return { kind, text, to: token.startOffset + token.image.length };
}
