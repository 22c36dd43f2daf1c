/** Counts the streams that one connection holds open, and refuses past a bound. */
import { DomainError } from '../../domain/shared/errors.ts';

export class StreamSlots {
  readonly #limit: number;
  #open = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get open(): number {
    return this.#open;
  }

  /** Takes a slot; the answer gives it back, once however often it is called. */
  take(): () => void {
    if (this.#open >= this.#limit) {
      throw new DomainError('too-many-streams', `This connection already has ${this.#limit} streams open`, {
        remedy: 'Close one, or open another connection',
      });
    }
    this.#open += 1;
    let held = true;
    return () => {
      if (held) this.#open -= 1;
      held = false;
    };
  }
}
