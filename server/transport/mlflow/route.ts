/**
 * What a call of the MLflow wire is: its address, the fields it takes, the
 * role it needs and its answer. Access is checked here, from the declaration,
 * before an answer is computed.
 */
import type * as z from 'zod';
import type { ProjectRole } from '../../../protocol/model/session.ts';
import type { LoggingAccess } from '../../domain/shared/access.ts';
import type { Call } from '../../domain/shared/call.ts';
import { isDomainError } from '../../domain/shared/errors.ts';
import { parseFields } from './fields.ts';
import { MlflowError } from './mlflowError.ts';

/** A role where a run, or an experiment, is; an administrator; or none beyond being signed in: the answer then looks itself. */
export type Need =
  | { readonly role: ProjectRole; readonly runId: string }
  | { readonly role: ProjectRole; readonly experimentId: string }
  | 'admin'
  | 'signed-in';

export type Context = { readonly call: Call; readonly require: (need: Need) => Promise<void> };

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

type RouteOf<I> = {
  /** Below `/api/`; `2.0/mlflow` unless said. */
  readonly under?: string;
  /** Below that; `{name}` is a segment that becomes a field. */
  readonly path: string;
  readonly methods: readonly Method[];
  readonly input: z.ZodType<I>;
  readonly needs: (input: I) => Need | readonly Need[];
  readonly answer: (input: I, context: Context) => Promise<unknown>;
};

export type Route = {
  readonly under: string;
  readonly path: string;
  readonly methods: readonly Method[];
  readonly run: (input: unknown, context: Context) => Promise<unknown>;
};

export function route<I>({ under = '2.0/mlflow', path, methods, input, needs, answer }: RouteOf<I>): Route {
  return {
    under,
    path,
    methods,
    run: async (given, context) => {
      const fields = parseFields(input, given);
      for (const need of [needs(fields)].flat()) await context.require(need);
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

/** What a run or experiment that is absent, or hidden from the caller, is told as. */
export async function requireRole(access: LoggingAccess, call: Call, need: Need): Promise<void> {
  if (need === 'signed-in') return;
  if (need === 'admin') return await access.authorizeLogging(call.caller, { kind: 'admin' }, {});
  const of = 'runId' in need ? 'runId' : 'experimentId';
  try {
    await access.authorizeLogging(call.caller, { kind: 'project', role: need.role, of }, need);
  } catch (error) {
    if (!isDomainError(error) || error.reason !== 'not-found') throw error;
    const told =
      'runId' in need ? `Run with id=${need.runId} not found` : `No Experiment with id=${need.experimentId} exists`;
    throw new MlflowError('RESOURCE_DOES_NOT_EXIST', told);
  }
}
