/** Who calls, and until when they wait. Every service method takes one as its second argument. */
import type { Person } from '../../../protocol/model/common.ts';
import type { TokenScope } from '../../../protocol/model/session.ts';

export type Caller = {
  readonly userId: string;
  readonly userName: string;
  readonly admin: boolean;
  readonly auditor?: boolean;
  /** Who made the token, where it is somebody else than its user: a person behind a service account. */
  readonly tokenMaker?: Person;
  readonly tokenId: string | null;
  readonly scope: TokenScope;
};

export type Call = {
  readonly caller: Caller;
  /** Aborts when the client cancels or its connection closes. */
  readonly signal: AbortSignal;
};
