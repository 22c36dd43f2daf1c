/** Who calls, and until when they wait. Every service method takes one as its second argument. */
import type { TokenScope } from '../../../protocol/model/session.ts';

export type Caller = {
  readonly userId: string;
  readonly userName: string;
  readonly admin: boolean;
  readonly tokenId: string | null;
  readonly scope: TokenScope;
};

export type Call = {
  readonly caller: Caller;
  /** Aborts when the client cancels or its connection closes. */
  readonly signal: AbortSignal;
};
