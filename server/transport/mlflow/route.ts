/**
 * What a call of the MLflow wire is: its address, the fields it takes, the
 * role it needs and its answer. Access is checked here, from the declaration,
 * before an answer is computed.
 */
import type * as z from 'zod';
import type { ProjectRole } from '../../../protocol/model/session.ts';
import type { Call } from '../../domain/shared/call.ts';
import { isDomainError } from '../../domain/shared/errors.ts';
import type { LoggingAccess } from '../../domain/tracking/logging.ts';
import { parseFields } from './fields.ts';
import { MlflowError } from './mlflowError.ts';

/** A role where a run, or an experiment, is; or none beyond being signed in: the answer then looks itself. */
export type Need =
  | { readonly role: ProjectRole; readonly runId: string }
  | { readonly role: ProjectRole; readonly experimentId: string }
  | 'signed-in';

export type Context = { readonly call: Call; readonly require: (need: Need) => Promise<void> };

type Method = 'GET' | 'POST';

type RouteOf<I> = {
  /** Below `/api/2.0/mlflow/`. */
  readonly path: string;
  readonly methods: readonly Method[];
  readonly input: z.ZodType<I>;
  readonly needs: (input: I) => Need | readonly Need[];
  /** The answer checks what is needed by itself, where it saves a look into the store. */
  readonly checked?: 'within';
  /** Reads a plain input as `input` would; null leaves it to that. */
  readonly quick?: (given: Readonly<Record<string, unknown>>) => I | null;
  readonly answer: (input: I, context: Context) => Promise<unknown>;
};

export type Route = {
  readonly path: string;
  readonly methods: readonly Method[];
  readonly run: (input: Readonly<Record<string, unknown>>, context: Context) => Promise<unknown>;
};

export function route<I>({ path, methods, input, needs, checked, quick, answer }: RouteOf<I>): Route {
  return {
    path,
    methods,
    run: async (given, context) => {
      const fields = quick?.(given) ?? parseFields(input, given);
      const needed = [needs(fields)].flat();
      if (checked === 'within') return await toldOf(needed[0] ?? 'signed-in', answer(fields, context));
      for (const need of needed) await context.require(need);
      return await answer(fields, context);
    },
  };
}

/** A POST that changes something and answers nothing. */
export function command<I>({
  act,
  ...parts
}: Omit<RouteOf<I>, 'methods' | 'answer'> & {
  readonly act: (input: I, call: Call) => Promise<void>;
}): Route {
  return route({
    ...parts,
    methods: ['POST'],
    answer: async (input, { call }) => {
      await act(input, call);
      return {};
    },
  });
}

export async function requireRole(access: LoggingAccess, call: Call, need: Need): Promise<void> {
  if (need === 'signed-in') return;
  const of = 'runId' in need ? 'runId' : 'experimentId';
  await toldOf(need, access.authorizeLogging(call.caller, { kind: 'project', role: need.role, of }, need));
}

/** What a run or experiment that is absent, or hidden from the caller, is told as. */
async function toldOf<T>(need: Need, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (need === 'signed-in' || !isDomainError(error) || error.reason !== 'not-found') throw error;
    const told =
      'runId' in need ? `Run with id=${need.runId} not found` : `No Experiment with id=${need.experimentId} exists`;
    throw new MlflowError('RESOURCE_DOES_NOT_EXIST', told);
  }
}
