/**
 * What is known of an engine's machine, asked again after a few seconds. Once
 * it has hung, whoever asks is not made to wait for it again and again.
 */
import type { HostFacts } from '../../../protocol/model/host.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Engine } from './engine.ts';
import { probeEngine } from './engineFacts.ts';

const freshMs = 3000;
const patienceMs = 1000;

export class KnownFacts {
  readonly #engine: Engine;
  #at = Number.NEGATIVE_INFINITY;
  #asked: Promise<HostFacts> | null = null;
  #isSlow = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Throws when it does not answer. */
  async get(): Promise<HostFacts> {
    if (this.#asked === null || performance.now() - this.#at > freshMs) this.#ask();
    const asked = this.#asked ?? Promise.reject(this.#silent());
    return this.#isSlow ? this.#soon(asked) : asked;
  }

  #ask(): void {
    const begun = performance.now();
    const asked = probeEngine(this.#engine);
    this.#asked = asked;
    // Counted from the answer on: one that hangs is not asked twice at a time.
    this.#at = Number.POSITIVE_INFINITY;
    asked
      .catch(() => undefined)
      .then(() => {
        this.#at = performance.now();
        this.#isSlow = this.#at - begun > patienceMs;
      });
  }

  async #soon(asked: Promise<HostFacts>): Promise<HostFacts> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(this.#silent()), patienceMs);
    return Promise.race([asked, promise]).finally(() => clearTimeout(timer));
  }

  #silent(): DomainError {
    return new DomainError('backend-unavailable', `The Docker host ${this.#engine.name} does not answer.`);
  }
}
