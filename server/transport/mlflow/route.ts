/**
 * What a call of the MLflow wire is: its address, the fields it takes, the
 * role it needs and its answer. Access is checked here, from the declaration,
 * before an answer is computed.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as z from 'zod';
import type { Access } from '../../../protocol/model/access.ts';
import type { ProjectRole } from '../../../protocol/model/session.ts';
import type { LoggingAccess } from '../../domain/shared/access.ts';
import type { Call } from '../../domain/shared/call.ts';
import { isDomainError } from '../../domain/shared/errors.ts';
import { parseFields } from './fields.ts';
import { MlflowError } from './mlflowError.ts';
import { readBody, readQuery, saysAll, toFields, usualBody } from './readInput.ts';

/** A role where one of these things is; an administrator; or none beyond being signed in: the answer then looks itself. */
export type Need =
  | { readonly role: ProjectRole; readonly runId: string }
  | { readonly role: ProjectRole; readonly experimentId: string }
  | { readonly role: ProjectRole; readonly modelId: string }
  | { readonly role: ProjectRole; readonly modelName: string }
  | 'admin'
  | 'signed-in';

export type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

export type Context = {
  readonly call: Call;
  readonly require: (need: Need) => Promise<void>;
  /** For answers that stream; such an answer is null. */
  readonly exchange: Exchange;
};

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

type Address = {
  /** Below `/api/`; `2.0/mlflow` unless said. */
  readonly under?: string;
  /** Below that; `{name}` is a segment that becomes a field. */
  readonly path: string;
  readonly methods: readonly Method[];
  /** Whether the body is JSON with fields, or content that the answer reads itself. */
  readonly body?: 'fields' | 'content';
  /** Bytes that fields may have in all; a megabyte unless said. */
  readonly longestBody?: number;
};

type RouteOf<I> = Address & {
  readonly input: z.ZodType<I>;
  readonly needs: (input: I) => Need | readonly Need[];
  /** The answer checks the first of what is needed by itself, where that saves a look into the store. */
  readonly checked?: 'within';
  /** Reads a plain input as `input` would; null leaves it to that. */
  readonly quick?: (given: Readonly<Record<string, unknown>>) => I | null;
  /** Reads a body that says all that is given as the two would, elsewhere; null leaves it to them. */
  readonly elsewhere?: (body: Buffer) => Promise<I | null>;
  readonly answer: (input: I, context: Context) => Promise<unknown>;
};

export type Route = Required<Address> & {
  /** `parameters` are the fields that the address holds. */
  readonly run: (parameters: Readonly<Record<string, string>>, context: Context) => Promise<unknown>;
};

export function route<I>({ needs, checked, answer, input, quick, elsewhere, ...given }: RouteOf<I>): Route {
  const { under = '2.0/mlflow', path, methods, body = 'fields', longestBody = usualBody } = given;
  const address = { under, path, methods, body, longestBody };
  return {
    ...address,
    run: async (parameters, context) => {
      const { request } = context.exchange;
      const fields = await readFields({ ...address, input, quick, elsewhere }, { request, parameters });
      const needed = [needs(fields)].flat();
      const within = checked === 'within' ? needed.shift() : undefined;
      for (const need of needed) await context.require(need);
      const answered = answer(fields, context);
      return await (within === undefined ? answered : toldOf(within, answered));
    },
  };
}

type Reading<I> = Required<Address> & Pick<RouteOf<I>, 'input'> & { [P in 'quick' | 'elsewhere']: RouteOf<I>[P] };
type Asked = { readonly request: IncomingMessage; readonly parameters: Readonly<Record<string, string>> };

async function readFields<I>(reading: Reading<I>, { request, parameters }: Asked): Promise<I> {
  const { body, longestBody, input, quick, elsewhere } = reading;
  const bytes = body === 'fields' ? await readBody(request, longestBody) : null;
  const read = bytes !== null && elsewhere && saysAll(request) ? await elsewhere(bytes) : null;
  if (read !== null) return read;
  const given = bytes === null ? readQuery(request.url ?? '') : toFields(request, bytes);
  const asked = { ...given, ...parameters };
  return quick?.(asked) ?? parseFields(input, asked);
}

/** A call that changes something and answers nothing: a POST unless said. */
export function command<I>({
  act,
  methods = ['POST'],
  ...parts
}: Omit<RouteOf<I>, 'methods' | 'answer'> & {
  readonly methods?: readonly Method[];
  readonly act: (input: I, call: Call) => Promise<void>;
}): Route {
  return route({
    ...parts,
    methods,
    answer: async (input, { call }) => {
      await act(input, call);
      return {};
    },
  });
}

/** Of each kind of thing that a need can name: its field, and how it is told to be absent, or hidden from the caller. */
const things = [
  ['runId', (id: string) => `Run with id=${id} not found`],
  ['experimentId', (id: string) => `No Experiment with id=${id} exists`],
  ['modelId', (id: string) => `Logged model with ID '${id}' not found`],
  ['modelName', (name: string) => `Registered Model with name=${name} not found`],
] as const satisfies readonly (readonly [
  Extract<Access, { readonly kind: 'project' }>['of'],
  (id: string) => string,
])[];

export async function requireRole(access: LoggingAccess, call: Call, need: Need): Promise<void> {
  if (need === 'signed-in') return;
  if (need === 'admin') return await access.authorizeLogging(call.caller, { kind: 'admin' }, {});
  const { role, ...thing } = need;
  const [of] = things.find(([field]) => field in thing) ?? things[0];
  await toldOf(need, access.authorizeLogging(call.caller, { kind: 'project', role, of }, thing));
}

async function toldOf<T>(need: Need, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (typeof need === 'string' || !isDomainError(error) || error.reason !== 'not-found') throw error;
    const [field, tell] = things.find(([each]) => each in need) ?? things[0];
    throw new MlflowError('RESOURCE_DOES_NOT_EXIST', tell(String((need as Readonly<Record<string, unknown>>)[field])));
  }
}
