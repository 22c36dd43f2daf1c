/** A sweep as people write it in `sweep.yaml`, and what it means. Pure; where a mistake stands in the text is not known here. */
import * as z from 'zod';
import { environmentId, experimentId, label, projectId, relativePath, tierId } from './common.ts';
import { parameterKey } from './run.ts';
import { type SweepProblem, sweepProblems } from './searchSpace.ts';
import {
  mostParallel,
  mostTrials,
  objective,
  parameterValue,
  pruner,
  type SearchedParameter,
  type SweepFields,
  sampler,
  sweepBudget,
  sweepFields,
} from './sweep.ts';

const when = z
  .record(parameterKey, z.union([parameterValue, z.array(parameterValue).min(1)]))
  .refine((conditions) => Object.keys(conditions).length === 1, 'one parameter and its value, or a list of values')
  .optional()
  .describe('Only tried where another parameter, written above this one, has this value or one of these');

const range = z
  .strictObject({
    low: z.number().describe('The lowest value'),
    high: z.number().describe('The highest value'),
    type: z.enum(['float', 'int']).default('float').describe('int tries whole numbers only'),
    log: z.boolean().default(false).describe('Try values evenly by order of magnitude'),
    step: z.number().positive().optional().describe('Only low, low + step, ... are tried; a grid needs it for floats'),
    when,
  })
  .describe('A range of numbers to search');
const choice = z
  .strictObject({ values: z.array(parameterValue).min(1).describe('The values to try'), when })
  .describe('A list of values to try');

export const sweepFile = z
  .strictObject({
    name: label.optional(),
    project: projectId.optional().describe('The only one, or asked for, when left out'),
    experiment: experimentId.optional().describe("The project's own when left out"),
    command: z
      .string()
      .trim()
      .min(1)
      .describe('{name} is replaced by that parameter; parameters not named so are appended as --name value'),
    environment: environmentId.optional().describe("The server's default when left out"),
    tiers: z.array(tierId).min(1).max(10).optional().describe("Hardware tiers; the server's default when left out"),
    parameters: z
      .record(parameterKey, z.union([parameterValue, choice, range]))
      .describe('A value is the same in each trial; low and high, or values, are searched'),
    objective: z
      .strictObject(objective.shape)
      .describe('The metric that trials log, and whether less or more is better'),
    sampler: z
      .union([z.enum(['grid', 'random', 'tpe']), sampler])
      .default('tpe')
      .describe('How values are chosen'),
    pruner: z
      .union([z.enum(['none', 'median', 'asha']), pruner])
      .default('none')
      .describe('Whether trials that promise nothing are stopped early'),
    budget: z.strictObject(sweepBudget.shape).default({ trials: null, minutes: null, cost: null }),
    parallel: z.int().positive().max(mostParallel).default(1).describe('Trials at the same time'),
    failuresInARow: z.int().positive().max(mostTrials).default(5).describe('The sweep ends after so many'),
    artifacts: z.array(relativePath).max(50).default(['outputs']),
  })
  .describe('A sweep of Flywheel: one command run with many values of its parameters');
export type SweepFile = z.infer<typeof sweepFile>;

/** What the file leaves to whoever starts it. */
export type SweepDefaults = { readonly environmentId: string; readonly tierIds: readonly string[] };

export type FileProblem = { readonly path: readonly (string | number)[]; readonly message: string };
export type ReadSweep =
  | { readonly file: SweepFile; readonly problems: readonly [] }
  | { readonly file: null; readonly problems: readonly FileProblem[] };

/** All mistakes at once, each with its place in the file. */
export function readSweepFile(content: unknown): ReadSweep {
  const parsed = sweepFile.safeParse(content);
  if (!parsed.success)
    return { file: null, problems: parsed.error.issues.flatMap((issue) => problemsIn(issue, content)) };
  const file = parsed.data;
  if (Object.values(file.parameters).every((value) => typeof value !== 'object')) {
    const message = 'No parameter is searched: give one a range (low and high) or a list of values.';
    return { file: null, problems: [{ path: ['parameters'], message }] };
  }
  const fields = sweepFields.safeParse(toFields(file, { environmentId: 'any', tierIds: ['any'] }));
  const problems = fields.success
    ? sweepProblems(fields.data)
    : fields.error.issues.map(({ path, message }) => ({ path: path.map(plainKey), message }));
  if (problems.length === 0) return { file, problems: [] };
  return { file: null, problems: problems.map((problem) => inFile(problem, file)) };
}

export function toSweepFields(file: SweepFile, defaults: SweepDefaults): SweepFields {
  return sweepFields.parse(toFields(file, defaults));
}

function toFields(
  file: SweepFile,
  { environmentId: environment, tierIds }: SweepDefaults,
): z.input<typeof sweepFields> {
  const entries = Object.entries(file.parameters);
  const fixed = entries.flatMap(([name, value]) => (typeof value === 'object' ? [] : [[name, String(value)]]));
  return {
    ...(file.name !== undefined && { name: file.name }),
    command: file.command,
    parameters: Object.fromEntries(fixed),
    environmentId: file.environment ?? environment,
    tierIds: file.tiers ?? tierIds,
    artifacts: file.artifacts,
    space: searchedIn(file),
    objective: file.objective,
    sampler: typeof file.sampler === 'string' ? { kind: file.sampler } : file.sampler,
    pruner: typeof file.pruner === 'string' ? { kind: file.pruner } : file.pruner,
    budget: file.budget,
    parallel: file.parallel,
    failuresInARow: file.failuresInARow,
  };
}

function searchedIn({ parameters }: SweepFile): SearchedParameter[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    return typeof value === 'object' ? [searched(name, value)] : [];
  });
}

function searched(name: string, value: z.infer<typeof choice> | z.infer<typeof range>): SearchedParameter {
  const [condition] = Object.entries(value.when ?? {});
  const common = { name, when: condition ? { parameter: condition[0], values: [condition[1]].flat() } : null };
  if ('values' in value) return { kind: 'choice', ...common, values: value.values };
  const { low, high, log, step } = value;
  if (value.type === 'int') return { kind: 'int', ...common, low, high, log, step: step ?? 1 };
  return { kind: 'float', ...common, low, high, log, step: step ?? null };
}

/** A place in the fields as a place in the file. */
function inFile({ path, message }: Pick<SweepProblem, 'path' | 'message'>, file: SweepFile): FileProblem {
  const [first, index, ...rest] = path;
  if (first === 'tierIds') return { path: ['tiers'], message };
  if (first !== 'space') return { path, message };
  const name = typeof index === 'number' ? searchedIn(file)[index]?.name : undefined;
  return { path: ['parameters', ...(name === undefined ? [] : [name, ...rest])], message };
}

/** Of a union the branch that was meant: a list of values, a range, or the object form. */
function problemsIn(issue: z.core.$ZodIssue, content: unknown): FileProblem[] {
  const path = issue.path.map(plainKey);
  if (issue.code !== 'invalid_union') return [{ path, message: issue.message }];
  const value = path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | null)?.[key], content);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const meant = isObject ? issue.errors.at(branchOf(path, value)) : undefined;
  if (!meant) return [{ path, message: wanted[String(path[0])] ?? issue.message }];
  return meant.flatMap((inner) => problemsIn({ ...inner, path: [...issue.path, ...inner.path] }, content));
}

/** As the schema has them: a value, a list, a range; of samplers and pruners the word, then the object. */
function branchOf([first]: FileProblem['path'], value: object): number {
  if (first !== 'parameters') return 1;
  return 'values' in value ? 1 : 2;
}

const wanted: Readonly<Record<string, string>> = {
  parameters: 'A parameter is a value, a list `values`, or a range with `low` and `high`.',
  sampler: 'A sampler is grid, random or tpe, or an object with one of them as `kind`.',
  pruner: 'A pruner is none, median or asha, or an object with one of them as `kind`.',
};

/** No key of YAML is a symbol. */
const plainKey = (key: PropertyKey): string | number => (typeof key === 'symbol' ? String(key) : key);
