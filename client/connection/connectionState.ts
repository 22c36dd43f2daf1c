/**
 * The states of a connection as a pure reducer: what follows from what, and
 * nothing that touches a socket or a timer. `refused` is final until somebody
 * asks again: a refused token must not be sent over and over.
 */
import type { Hello } from '../../protocol/model/session.ts';
import type { ClientError } from '../clientError.ts';

export type ConnectionStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'ready'; readonly hello: Hello }
  /** Lost a moment ago; the next attempt is near. */
  | { readonly kind: 'waiting'; readonly attempt: number; readonly detail: string }
  /** Away for several attempts; still tried, more rarely. */
  | { readonly kind: 'offline'; readonly attempt: number; readonly detail: string }
  | { readonly kind: 'refused'; readonly error: ClientError }
  | { readonly kind: 'stopped' };

export type ConnectionInput =
  | { readonly kind: 'asked' }
  | { readonly kind: 'greeted'; readonly hello: Hello }
  | { readonly kind: 'lost'; readonly detail: string }
  | { readonly kind: 'refused'; readonly error: ClientError }
  | { readonly kind: 'due' }
  | { readonly kind: 'stopped' };

/** After this many attempts without an answer it is called offline. */
const patience = 4;

export function nextStatus(status: ConnectionStatus, input: ConnectionInput): ConnectionStatus {
  switch (input.kind) {
    case 'asked':
      return { kind: 'connecting', attempt: 0 };
    case 'greeted':
      return status.kind === 'connecting' ? { kind: 'ready', hello: input.hello } : status;
    case 'lost':
      return afterLoss(status, input.detail);
    case 'refused':
      return status.kind === 'connecting' || status.kind === 'ready' ? { kind: 'refused', error: input.error } : status;
    case 'due':
      return status.kind === 'waiting' || status.kind === 'offline'
        ? { kind: 'connecting', attempt: status.attempt }
        : status;
    case 'stopped':
      return { kind: 'stopped' };
  }
}

function afterLoss(status: ConnectionStatus, detail: string): ConnectionStatus {
  if (status.kind === 'ready') return { kind: 'waiting', attempt: 1, detail };
  if (status.kind !== 'connecting') return status;
  const attempt = status.attempt + 1;
  return { kind: attempt > patience ? 'offline' : 'waiting', attempt, detail };
}

/** Doubles to half a minute. The jitter keeps many clients of a restarted server from coming back at once. */
export function retryDelay(attempt: number, random: number): number {
  const ceiling = Math.min(30_000, 250 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(ceiling * (0.5 + random / 2));
}
