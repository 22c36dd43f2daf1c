/** Codes that sign a browser in once, so that the first person gets in with one click and no token to copy. */
import { randomBytes } from 'node:crypto';
import type { Caller } from '../../domain/shared/call.ts';

type Code = { readonly caller: Caller; readonly expires: number };

const lifetimeMs = 10 * 60_000;
const mostOpen = 100;

export class SignInCodes {
  readonly #codes = new Map<string, Code>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A code that opens one session as this caller within ten minutes. */
  issue(caller: Caller): string {
    const [oldest] = this.#codes.keys();
    if (this.#codes.size >= mostOpen && oldest !== undefined) this.#codes.delete(oldest);
    const code = randomBytes(24).toString('base64url');
    this.#codes.set(code, { caller, expires: this.#now() + lifetimeMs });
    return code;
  }

  /** Whose code it is, once; null when the code is used, too old, or unknown. */
  redeem(code: string): Caller | null {
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    return found !== undefined && found.expires > this.#now() ? found.caller : null;
  }
}
