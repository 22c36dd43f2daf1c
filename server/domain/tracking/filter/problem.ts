/** What is wrong with a filter or an ordering, and where. */
import { DomainError } from '../../shared/errors.ts';
import type { Span } from './grammar.ts';

export class FilterProblem extends DomainError implements Span {
  /** Offsets in UTF-16 units of the text that was given; `to` is exclusive. */
  readonly from: number;
  readonly to: number;

  constructor(message: string, span: Span, remedy: string) {
    super('invalid-filter', message, { field: 'filter', remedy });
    this.from = span.from;
    this.to = span.to;
  }
}
