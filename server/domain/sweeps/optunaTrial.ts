/**
 * A trial of Optuna as it is logged over the MLflow wire, in either of two ways:
 * - by MLflow's `MlflowStorage`, in which a study is a run with the tag
 *   `optuna.study_direction` and its trials are runs below it, while they go on;
 * - by Optuna's `MLflowCallback`, which logs each trial when it has ended, with
 *   the tags `number`, `state`, `direction` and `..._distribution`.
 * Studies with several objectives have no best trial, and are left alone.
 */
import type { Objective, ParameterValues } from '../../../protocol/model/sweep.ts';
import type { StoredRun } from '../runs/ports.ts';
import type { Stores } from '../shared/store.ts';
import type { RunValues } from '../tracking/ports.ts';

export type OptunaTrial = {
  /** Below 0 where it does not know its own. */
  readonly number: number;
  readonly objective: Objective;
  readonly given: ParameterValues;
  readonly parentId: string | null;
};

type Texts = Readonly<Record<string, string>>;

const parentTag = 'mlflow.parentRunId';

/** Null for a run that is no trial. */
export async function readOptunaTrial(stores: Stores, run: StoredRun): Promise<OptunaTrial | null> {
  const values = (await stores.tracking.values([run.id])).get(run.id);
  if (values === undefined) return null;
  const parentId = values.tags[parentTag] ?? null;
  const parent = parentId === null ? undefined : (await stores.tracking.values([parentId], noValues)).get(parentId);
  return ofStorage(values, parent?.tags ?? {}, parentId) ?? ofCallback(values, parentId);
}

const noValues = { metrics: [], parameters: [], tags: ['optuna.study_direction'] };

function ofStorage({ tags, parameters }: RunValues, study: Texts, parentId: string | null): OptunaTrial | null {
  const direction = directionOf(study['optuna.study_direction']);
  const distributions = readJson(tags.param_directions);
  if (direction === null || distributions === null) return null;
  return {
    number: wholeOf(tags.numbers),
    objective: { metric: 'value', direction, reading: 'last' },
    given: givenOf(parameters, distributions),
    parentId,
  };
}

function ofCallback({ tags, parameters, metrics }: RunValues, parentId: string | null): OptunaTrial | null {
  const direction = directionOf(tags.direction);
  const distributions = Object.entries(tags).flatMap(([tag, text]) => {
    const name = /^(.+)_distribution$/.exec(tag)?.[1];
    return name === undefined ? [] : [[name, text] as const];
  });
  if (direction === null || distributions.length === 0 || wholeOf(tags.number) < 0) return null;
  return {
    number: wholeOf(tags.number),
    objective: { metric: objectiveIn(metrics), direction, reading: 'last' },
    given: givenOf(parameters, Object.fromEntries(distributions)),
    parentId,
  };
}

function directionOf(text: string | undefined): Objective['direction'] | null {
  if (text === 'MINIMIZE') return 'minimize';
  return text === 'MAXIMIZE' ? 'maximize' : null;
}

function wholeOf(text: string | undefined): number {
  const number = Number(text);
  return text !== undefined && Number.isInteger(number) ? number : -1;
}

function givenOf(parameters: Texts, distributions: Texts): ParameterValues {
  const known = Object.keys(distributions).filter((name) => parameters[name] !== undefined);
  return Object.fromEntries(
    known.map((name) => {
      const [text, number] = [parameters[name] ?? '', Number(parameters[name])];
      const isText = distributions[name]?.includes('CategoricalDistribution') || !Number.isFinite(number);
      return [name, isText ? text : number];
    }),
  );
}

/** The callback logs it after everything that the script itself logged into the trial. */
function objectiveIn(metrics: RunValues['metrics']): string {
  const last = Object.values(metrics).toSorted((a, b) => b.timestamp - a.timestamp)[0];
  return last === undefined || 'value' in metrics ? 'value' : last.key;
}

/** Null for what is no object of texts. */
function readJson(text: string | undefined): Texts | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' && value !== null ? (value as Texts) : null;
  } catch {
    return null;
  }
}
