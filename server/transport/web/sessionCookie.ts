/**
 * The session of a browser: its token sealed into a cookie that scripts cannot
 * read and other sites cannot send. Sealed with a key of the data folder, so
 * that it survives a restart of the server; checked like any token on each
 * use, so that revoking the token ends it.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type SessionCookieOptions = {
  /** 32 random bytes that only this server has. */
  readonly key: Uint8Array;
  readonly serverId: string;
  readonly now: () => number;
};

export const cookieDays = 7;
const lifetimeMs = cookieDays * 24 * 60 * 60_000;
const ivBytes = 12;
const tagBytes = 16;
/** Signed-out cookies that are remembered until they expire by themselves. */
const mostSignedOut = 10_000;

export class SessionCookie {
  readonly #options: SessionCookieOptions;
  readonly #name: string;
  readonly #signedOut = new Set<string>();

  constructor(options: SessionCookieOptions) {
    this.#options = options;
    // Cookies do not tell ports apart: servers beside each other need names of their own.
    this.#name = `flywheel_${createHash('sha256').update(options.serverId).digest('hex').slice(0, 8)}`;
  }

  /** The Set-Cookie value of a new session. */
  open(secret: string): string {
    const expires = this.#options.now() + lifetimeMs;
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#options.key, iv);
    const sealed = Buffer.concat([cipher.update(JSON.stringify({ secret, expires }), 'utf8'), cipher.final()]);
    const value = Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    return this.#set(value, lifetimeMs / 1000);
  }

  /** The secret behind the request's cookie; null when there is none that is valid. */
  read(request: Pick<IncomingMessage, 'headers'>): string | null {
    const value = this.#valueOf(request);
    if (value === null || this.#signedOut.has(value)) return null;
    const session = this.#unseal(value);
    return session !== null && session.expires > this.#options.now() ? session.secret : null;
  }

  /** The Set-Cookie value that ends the session of a request. */
  close(request: Pick<IncomingMessage, 'headers'>): string {
    const value = this.#valueOf(request);
    if (value !== null && this.read(request) !== null) this.#remember(value);
    return this.#set('', 0);
  }

  #remember(value: string): void {
    const [oldest] = this.#signedOut;
    if (this.#signedOut.size >= mostSignedOut && oldest !== undefined) this.#signedOut.delete(oldest);
    this.#signedOut.add(value);
  }

  #set(value: string, maxAge: number): string {
    return `${this.#name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}`;
  }

  #valueOf({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
    for (const pair of (headers.cookie ?? '').split(';')) {
      const [name, value] = pair.trim().split('=', 2);
      if (name === this.#name && value) return value;
    }
    return null;
  }

  #unseal(value: string): { readonly secret: string; readonly expires: number } | null {
    try {
      const bytes = Buffer.from(value, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', this.#options.key, bytes.subarray(0, ivBytes));
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
      return JSON.parse(text.toString('utf8')) as { secret: string; expires: number };
    } catch {
      // Forged, of another server, or cut short: all the same as none.
      return null;
    }
  }
}
