/**
 * Passes a panel's calls on to the server: the entries of the contract that
 * this panel may use, generated from the contract, their input validated by
 * it. Anything else does not exist here.
 */
import { ORPCError } from '@orpc/client';
import type { AnyContractProcedure } from '@orpc/contract';
import { type AnyProcedure, implement } from '@orpc/server';
import { type ClientError, toClientError } from '../../client/clientError.ts';
import type { FlywheelClient } from '../../client/connection/connection.ts';
import { contract } from '../../protocol/contract.ts';
import { codeOf, type ErrorDetails, errorStatus } from '../../protocol/errors.ts';
import type { PanelName } from '../../protocol/panel.ts';
import { panelEntries } from '../../protocol/panelEntries.ts';

export type RelayRouter = Readonly<Record<string, Readonly<Record<string, AnyProcedure>>>>;
type Call = (input: unknown, options: { signal?: AbortSignal; lastEventId?: string }) => Promise<unknown>;

export function createRelay(panel: PanelName, server: { readonly client: FlywheelClient }): RelayRouter {
  const router: Record<string, Record<string, AnyProcedure>> = {};
  for (const path of panelEntries[panel]) {
    const [namespace = '', entry = ''] = path.split('.');
    const procedures = contract as unknown as Record<string, Record<string, AnyContractProcedure> | undefined>;
    const procedure = procedures[namespace]?.[entry];
    if (!procedure) throw new Error(`panel ${panel}: the contract has no entry ${path}`);
    const call: Call = (input, options) => callOf(server.client, namespace, entry)(input, options);
    router[namespace] = { ...router[namespace], [entry]: relayEntry(procedure, call) };
  }
  return router;
}

/** The panel checks what it receives; checking it here too would only cost time. */
function relayEntry(procedure: AnyContractProcedure, call: Call): AnyProcedure {
  return implement({ entry: procedure })
    .$config({ initialOutputValidationIndex: Number.NaN })
    .entry.handler(({ input, signal, lastEventId }) =>
      call(input, { signal, lastEventId }).catch((error: unknown) => {
        throw toWireError(error);
      }),
    ) as AnyProcedure;
}

function callOf(client: FlywheelClient, namespace: string, entry: string): Call {
  const calls = client as unknown as Record<string, Record<string, Call | undefined>>;
  const call = calls[namespace]?.[entry];
  if (!call) throw new Error(`no client for ${namespace}.${entry}`);
  return call;
}

/** With the reason it had, so that the panel offers the same as if it had called the server itself. */
export function toWireError(error: unknown): ORPCError<string, ErrorDetails> {
  const known = toClientError(error);
  const { field, remedy, incident } = known;
  const reason = reasonOf(known);
  const code = codeOf(reason);
  const data: ErrorDetails = { reason, field, remedy, incident };
  return new ORPCError(code, { status: errorStatus[code], message: known.message, data });
}

function reasonOf(error: ClientError): ErrorDetails['reason'] {
  if (error.reason === 'offline') return 'backend-unavailable';
  return error.reason === 'failed' || error.reason === 'cancelled' ? 'unexpected' : error.reason;
}
