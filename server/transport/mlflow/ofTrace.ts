/** A call about one trace: the caller needs a role where the trace is, and else is told that there is none. */
import type * as z from 'zod';
import type { ProjectRole } from '../../../protocol/model/session.ts';
import { noTrace } from '../../domain/traces/traceRules.ts';
import type { ShownTrace, TraceService } from '../../domain/traces/traceService.ts';
import { isMlflowError } from './mlflowError.ts';
import { type Context, type Route, route } from './route.ts';

type RouteOfTrace<I> = Pick<Route, 'path' | 'methods'> & {
  /** `3.0/mlflow` unless said. */
  readonly under?: string;
  readonly input: z.ZodType<I>;
  readonly role: ProjectRole;
  readonly answer: (input: I, shown: ShownTrace) => Promise<unknown>;
};

export function ofTrace<I extends { readonly trace_id: string }>(
  traces: TraceService,
  { role, answer, under = '3.0/mlflow', ...parts }: RouteOfTrace<I>,
): Route {
  return route<I>({
    ...parts,
    under,
    needs: () => 'signed-in',
    answer: async (input, context) =>
      await answer(input, await traceFor(traces, { id: input.trace_id, role }, context)),
  });
}

export async function traceFor(
  traces: TraceService,
  { id, role }: { readonly id: string; readonly role: ProjectRole },
  { require }: Context,
): Promise<ShownTrace> {
  const shown = await traces.get(id);
  try {
    await require({ role, experimentId: shown.trace.experimentId });
  } catch (error) {
    throw isMlflowError(error, 'RESOURCE_DOES_NOT_EXIST') ? noTrace(id) : error;
  }
  return shown;
}
