/** A script as the thing that runs are runs of: which one a command runs, and what is known of its runs. */
import * as z from 'zod';
import { experimentId, person, projectId, relativePath, runId, timestamp } from './common.ts';
import { metricValue } from './metric.ts';
import { runState } from './run.ts';

const runnable = /\.(py|ipynb|r|sh|jl)$/i;

/** The file that a shell command runs, as it is written there; null when it names none. `-m a.b` is `a/b.py`. */
export function scriptOf(command: string): string | null {
  const words = [...command.matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|((?:[^\s'"\\]|\\.)+)/g)].map(
    ([, single, double, bare]) => single ?? (double ?? bare ?? '').replace(/\\(.)/g, '$1'),
  );
  for (const [at, word] of words.entries()) {
    if (word === '-m' && /^[\w.]+$/.test(words[at + 1] ?? '')) return `${words[at + 1]?.replaceAll('.', '/')}.py`;
    if (runnable.test(word) && !word.startsWith('-')) return word.replace(/^(\.\/)+/, '');
  }
  return null;
}

export const scriptRef = z.object({
  projectId: projectId.optional().describe('Only runs of this project; absent means all that you may see'),
  path: relativePath
    .optional()
    .describe('The script, from the root of its repository; absent means every run, whatever it ran'),
});
export type ScriptRef = z.infer<typeof scriptRef>;

const direction = z.enum(['min', 'max']).describe('Which way the metric is better');
const metricKey = z.string().max(250);

export const scriptSummaryInput = scriptRef.extend({
  metric: metricKey.optional().describe('The metric to judge by; absent means the one that most runs have'),
});
export type ScriptSummaryInput = z.infer<typeof scriptSummaryInput>;

export const scriptSummary = z.object({
  runs: z.int().nonnegative(),
  considered: z.int().nonnegative().describe('Of so many, the newest, best values and parameters are told'),
  last: z.object({ runId, name: z.string(), by: person, at: timestamp, state: runState }).nullable(),
  best: z
    .object({ runId, name: z.string(), metric: metricKey, value: metricValue, direction })
    .nullable()
    .describe('By the last value that each run logged'),
  parameters: z
    .array(
      z.object({
        key: z.string(),
        values: z.int().positive().describe('How many different ones'),
        best: z.string().nullable().describe('Its value in the best run'),
      }),
    )
    .readonly(),
  experiments: z
    .array(z.object({ experimentId, runs: z.int().positive() }))
    .readonly()
    .describe('Where its runs are, most of them first'),
  filter: z.string().describe("Finds its runs in an experiment's table; empty when every run counts"),
});
export type ScriptSummary = z.infer<typeof scriptSummary>;

export const parameterEffectInput = scriptSummaryInput.extend({
  parameters: z
    .array(z.string().min(1).max(250))
    .min(1)
    .max(5)
    .describe('Names it may be logged under; the first with runs counts'),
});
export type ParameterEffectInput = z.infer<typeof parameterEffectInput>;

export const parameterEffect = z.object({
  parameter: z.string().nullable().describe('The name that it was found under; null when no run has it'),
  metric: metricKey.nullable(),
  direction,
  distinct: z.int().nonnegative().describe('Different values in all; those used most are listed'),
  considered: z.int().nonnegative(),
  values: z
    .array(
      z.object({
        value: z.string(),
        runs: z.int().positive(),
        measured: z.int().nonnegative().describe('Runs among them that have the metric as a finite number'),
        mean: z.number().nullable(),
        low: z.number().nullable(),
        high: z.number().nullable(),
        lastAt: timestamp,
      }),
    )
    .readonly(),
});
export type ParameterEffect = z.infer<typeof parameterEffect>;
