/**
 * What the wires need from the domain, derived from the contract: one service
 * a namespace with one method an entry. A method that is missing or answers
 * something else does not compile in compose.ts.
 */
import type { AnyContractProcedure, InferSchemaInput, InferSchemaOutput } from '@orpc/contract';
import type { Contract } from '../../../protocol/contract.ts';
import type { Access } from '../../../protocol/model/access.ts';
import type { PasswordService } from '../../domain/governance/passwordService.ts';
import type { IdentityProvider, TokenUse } from '../../domain/governance/ports.ts';
import type { ProviderAccounts } from '../../domain/governance/providerAccounts.ts';
import type { Sessions } from '../../domain/governance/sessions.ts';
import type { Concerned } from '../../domain/governance/tokenCache.ts';
import type { Call, Caller } from '../../domain/shared/call.ts';

/** Results may be readonly: the wire only reads them. */
type Shown<T> = T extends readonly (infer Item)[]
  ? readonly Shown<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Shown<T[Key]> }
    : T;

type Result<Output> = [Output] extends [AsyncIteratorObject<infer Item, unknown, unknown>]
  ? AsyncIterable<Shown<Item>>
  : Promise<Shown<Output>>;

/** Declared as a method, so that one without input may leave its parameter untyped. */
type Method<Input, Output> = { call(input: Input, call: Call): Result<Output> }['call'];

type MethodOf<Entry extends AnyContractProcedure> = Method<
  InferSchemaOutput<NonNullable<Entry['~orpc']['inputSchema']>>,
  InferSchemaInput<NonNullable<Entry['~orpc']['outputSchema']>>
>;

export type ServiceTable = {
  readonly [Namespace in keyof Contract]: {
    [Entry in keyof Contract[Namespace]]: Contract[Namespace][Entry] extends AnyContractProcedure
      ? MethodOf<Contract[Namespace][Entry]>
      : never;
  };
};

/** What signs people in. */
export type SignIn = {
  readonly sessions: Pick<Sessions, 'open'>;
  readonly passwords: Pick<PasswordService, 'isOffered' | 'check' | 'ownerOf' | 'setByLink'>;
  /** Null where none is configured. */
  readonly provider: (IdentityProvider & Pick<ProviderAccounts, 'enter'>) | null;
  /** How browsers reach this server, without a slash at the end. */
  readonly publicUrl: () => string;
};

/** Who somebody is, and whether they may. The only thing the wires ask before they call a service. */
export interface AccessControl {
  /** Throws `token-unknown` or `token-expired`. */
  authenticate(secret: string, use?: () => TokenUse): Promise<Caller>;
  /** Throws `role-missing`, `scope-missing`, or `not-found` for what the caller may not know of. */
  authorize(caller: Caller, access: Access, input: unknown): Promise<void>;
  /** Tells at once whose token or rights changed. Answers how to be told no longer. */
  onEnded(listener: (isConcerned: Concerned) => void): () => void;
}
