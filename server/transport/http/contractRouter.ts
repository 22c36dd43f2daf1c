/**
 * The contract made callable: for each entry, check the access that its meta
 * names, call the service method of the same name, and turn errors into wire
 * errors. It knows no entry by name, so an entry added to the contract is
 * served, checked and limited without a line here.
 */
import type { AnyContractProcedure } from '@orpc/contract';
import { implement, type Router } from '@orpc/server';
import type { StandardHandlerOptions } from '@orpc/server/standard';
import type { EntryMeta } from '../../../protocol/contract/base.ts';
import { contract } from '../../../protocol/contract.ts';
import type { Access } from '../../../protocol/model/access.ts';
import type { Call, Caller } from '../../domain/shared/call.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import type { Log } from '../../domain/shared/ports.ts';
import type { AccessControl, ServiceTable } from './services.ts';
import type { StreamSlots } from './streamSlots.ts';
import { toRpcError, toWireError } from './wireError.ts';

/** What a wire hands over with each call: who calls was established before. */
export type CallContext = {
  readonly caller: Caller;
  readonly streams: StreamSlots;
  /** Ends what a client waits for when the server stops, where the wire does not do so itself. */
  readonly stopping?: AbortSignal;
};

export type RouterDependencies = { readonly services: ServiceTable; readonly access: AccessControl };
export type ContractRouter = Router<typeof contract, CallContext>;

type AnyService = Readonly<Record<string, ((input: unknown, call: Call) => unknown) | undefined>>;

export type Entry = { readonly namespace: string; readonly name: string; readonly procedure: AnyContractProcedure };

/** Every entry of the contract, in its order. */
export function contractEntries(): readonly Entry[] {
  return Object.entries(contract).flatMap(([namespace, entries]) =>
    Object.entries(entries as Record<string, AnyContractProcedure>).map(([name, procedure]) => ({
      namespace,
      name,
      procedure,
    })),
  );
}

export function createRouter(dependencies: RouterDependencies): ContractRouter {
  const router: Record<string, Record<string, unknown>> = {};
  for (const entry of contractEntries()) {
    router[entry.namespace] ??= {};
    (router[entry.namespace] as Record<string, unknown>)[entry.name] = implementEntry(entry, dependencies);
  }
  return router as ContractRouter;
}

function implementEntry({ namespace, name, procedure }: Entry, { services, access }: RouterDependencies) {
  const needed = accessOf({ namespace, name, procedure });
  const service = services[namespace as keyof ServiceTable] as unknown as AnyService;
  const implementer = implement<AnyContractProcedure, CallContext>(procedure);
  return implementer.handler(async ({ input, context: { caller, stopping }, signal }) => {
    await access.authorize(caller, needed, input);
    const signals = [signal, stopping].filter((one) => one !== undefined);
    return service[name]?.(input, { caller, signal: AbortSignal.any(signals) });
  });
}

/** An entry that names no access is a mistake that must not start. */
export function accessOf({ namespace, name, procedure }: Entry): Access {
  const { access } = procedure['~orpc'].meta as EntryMeta;
  if (access === undefined) throw new Error(`Contract entry ${namespace}.${name} names no access`);
  return access;
}

/** Handler options that both wires share: errors in one shape, streams counted. */
export function callInterceptors(
  log: Log,
): Pick<StandardHandlerOptions<CallContext>, 'interceptors' | 'clientInterceptors'> {
  return {
    // Around the call and its validation; what the service throws ends here.
    clientInterceptors: [
      async ({ next, path, context, signal }) => {
        const where = path.join('.');
        const fail = (error: unknown) => toRpcError(toWireError(asCancelled(error, signal), log, where));
        try {
          const output = await next();
          return isStream(output) ? countedStream(output, { release: context.streams.take(), signal, fail }) : output;
        } catch (error) {
          throw fail(error);
        }
      },
    ],
    // Around decoding: what gets here unmapped is a request that could not be read.
    interceptors: [
      async ({ next, request }) => {
        try {
          return await next();
        } catch (error) {
          throw toRpcError(toWireError(asMalformed(error), log, request.url.pathname));
        }
      },
    ],
  };
}

type StreamGuard = {
  readonly release: () => void;
  readonly signal: AbortSignal | undefined;
  readonly fail: (error: unknown) => Error;
};

function countedStream(
  source: AsyncIterable<unknown>,
  { release, signal, fail }: StreamGuard,
): AsyncGenerator<unknown, void, void> {
  // A stream that is dropped before its first item never enters the generator.
  signal?.addEventListener('abort', release, { once: true });
  return (async function* () {
    try {
      yield* source;
    } catch (error) {
      throw fail(error);
    } finally {
      release();
      signal?.removeEventListener('abort', release);
    }
  })();
}

function isStream(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

/** What fails because its caller has gone is no incident. */
function asCancelled(error: unknown, signal: AbortSignal | undefined): unknown {
  if (!signal?.aborted) return error;
  const isCancelled = error === signal.reason || (error instanceof Error && error.name === 'AbortError');
  return isCancelled ? new DomainError('shutting-down', 'The call was cancelled', { cause: error }) : error;
}

function asMalformed(error: unknown): unknown {
  return error instanceof Error && 'code' in error
    ? error
    : new DomainError('invalid-input', 'The request could not be read', { cause: error });
}
