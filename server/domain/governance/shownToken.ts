/** Tokens as they are shown: who made them by name, and never a hash. */
import type { Token } from '../../../protocol/model/session.ts';
import type { Caller } from '../shared/call.ts';
import { personOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import type { KeptToken } from './ports.ts';

/** Without those of running jobs, which come and go with them. */
export async function tokensOf(stores: Stores, userId: string, caller: Caller): Promise<readonly Token[]> {
  const shown: Token[] = [];
  for (const token of await stores.access.tokens(userId)) {
    if (token.scope.kind !== 'run') shown.push(await showToken(stores, token, caller));
  }
  return shown;
}

async function showToken(stores: Stores, token: KeptToken, caller: Caller): Promise<Token> {
  const { id, userId, name, scope, kind, createdAt, expiresAt, lastUsedAt, madeById, client, address } = token;
  const madeBy = madeById === null ? null : await personOf(stores, madeById);
  const current = id === caller.tokenId;
  return { id, userId, name, scope, kind, createdAt, expiresAt, lastUsedAt, madeBy, client, address, current };
}
