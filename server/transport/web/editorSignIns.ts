/**
 * Sign-ins of editors that a browser answers: the editor shows a code, the
 * person compares it in the browser where they are signed in, and lets it in.
 * Held in memory; bounded, and gone after ten minutes.
 */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

export type EditorSignIn = {
  readonly id: string;
  /** What the program calls itself. */
  readonly client: string;
  /** Shown in both places, for the person to compare. */
  readonly code: string;
  readonly until: number;
  state: 'waiting' | 'denied' | { readonly userId: string };
};

type Kept = EditorSignIn & { readonly secret: Buffer };

const lifetimeMs = 10 * 60_000;
const mostOpen = 1000;
/** Without letters that look like digits. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';

export class EditorSignIns {
  readonly #open = new Map<string, Kept>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  begin(client: string): { readonly signIn: EditorSignIn; readonly secret: string } {
    const [oldest] = this.#open.keys();
    if (this.#open.size >= mostOpen && oldest !== undefined) this.#open.delete(oldest);
    const secret = randomBytes(24).toString('base64url');
    const letter = () => letters[randomInt(letters.length)];
    const four = () => Array.from({ length: 4 }, letter).join('');
    const id = randomBytes(12).toString('hex');
    const until = this.#now() + lifetimeMs;
    const signIn: Kept = { id, client, code: `${four()}-${four()}`, until, state: 'waiting', secret: hashOf(secret) };
    this.#open.set(id, signIn);
    return { signIn, secret };
  }

  /** Null when it is over. */
  find(id: string): EditorSignIn | null {
    const signIn = this.#open.get(id);
    return signIn !== undefined && signIn.until > this.#now() ? signIn : null;
  }

  /** How it stands, for who began it; what was answered is told once. Null when it is over, or not theirs. */
  claim(id: string, secret: string): EditorSignIn['state'] | null {
    const signIn = this.#open.get(id);
    if (signIn === undefined || signIn.until <= this.#now()) return null;
    if (!timingSafeEqual(signIn.secret, hashOf(secret))) return null;
    if (signIn.state !== 'waiting') this.#open.delete(id);
    return signIn.state;
  }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
