/**
 * Reads the token that a request carries in its Authorization header: Bearer,
 * or Basic as git and MLflow clients send it. Never judges it, and never looks
 * at cookies or the address: a token in an address ends up in logs.
 */
import type { IncomingMessage } from 'node:http';

/** No token of ours is longer; whatever is, is refused without hashing it. */
const longest = 512;

export function readCredential(request: Pick<IncomingMessage, 'headers'>): string | null {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const [, scheme = '', value = ''] = /^(\S+)\s+(\S+)\s*$/.exec(header) ?? [];
  const secret = readScheme(scheme.toLowerCase(), value);
  return secret === '' || secret.length > longest ? null : secret;
}

function readScheme(scheme: string, value: string): string {
  if (scheme === 'bearer') return value;
  if (scheme === 'basic') return readBasic(value);
  return '';
}

/** The password is the token; a lone user name is too, as in `https://TOKEN@host/`. */
function readBasic(value: string): string {
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) return text;
  return text.slice(colon + 1) || text.slice(0, colon);
}
