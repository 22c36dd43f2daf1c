/**
 * The `scripts` entries: what an editor says beside code about the runs of it.
 * It only reads, within what the caller may see, and looks at a bounded number
 * of the newest runs, which it tells.
 */

import { toMetricValue } from '../../../protocol/model/metric.ts';
import { directionOf, type MetricDirection, taggedDirection } from '../../../protocol/model/metricDirection.ts';
import type {
  ParameterEffect,
  ParameterEffectInput,
  ScriptRef,
  ScriptSummary,
  ScriptSummaryInput,
} from '../../../protocol/model/script.ts';
import type { StoredRun } from '../runs/ports.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call, Caller } from '../shared/call.ts';
import { clientTags } from '../shared/clientTags.ts';
import { DomainError } from '../shared/errors.ts';
import { primaryMetric } from '../shared/primaryMetric.ts';
import type { Store, Stores } from '../shared/store.ts';
import { isScript, mayBe, recordedScript } from './matchScript.ts';
import type { Selection, Source } from './ports.ts';

export type ScriptServiceDependencies = { readonly store: Store; readonly visibility: Visibility };

/** Runs, recorded sources and values that are looked at; more would make an editor wait. */
const limits = { considered: 5_000, sources: 20_000, values: 100 } as const;
/** Which metric most runs have shows in the newest few. */
const judgedRuns = 500;
/** Experiments that are asked which end of a metric is best, those with most runs first. */
const askedExperiments = 50;

type Found = { readonly sources: readonly Source[]; readonly selection: Selection };
type Judged = { readonly key: string; readonly direction: MetricDirection } | null;

export class ScriptService {
  readonly #deps: ScriptServiceDependencies;

  constructor(deps: ScriptServiceDependencies) {
    this.#deps = deps;
  }

  async summary(input: ScriptSummaryInput, { caller }: Call): Promise<ScriptSummary> {
    const projectIds = await this.#projectIds(input, caller);
    return this.#deps.store.read(async (stores) => {
      const found = await find(stores, input, projectIds);
      const runs = countOf(found.sources);
      return {
        runs,
        considered: Math.min(runs, limits.considered),
        ...(runs === 0 ? nothingKnown : await told(stores, found, input.metric)),
        experiments: byExperiment(found.sources),
        filter: input.path === undefined ? '' : filterOf(found.sources),
      };
    });
  }

  async effect(input: ParameterEffectInput, { caller }: Call): Promise<ParameterEffect> {
    const projectIds = await this.#projectIds(input, caller);
    return this.#deps.store.read(async (stores) => effectOf(stores, await find(stores, input, projectIds), input));
  }

  async #projectIds({ projectId }: ScriptRef, caller: Caller): Promise<readonly string[] | null> {
    const visible = await this.#deps.visibility.visibleProjects(caller);
    if (projectId === undefined) return visible;
    if (visible === null || visible.includes(projectId)) return [projectId];
    throw new DomainError('not-found', `There is no project ${projectId}.`, { field: 'projectId' });
  }
}

const nothingKnown = { last: null, best: null, parameters: [] } as const;

async function find(stores: Stores, { path }: ScriptRef, projectIds: readonly string[] | null): Promise<Found> {
  if (path === undefined) {
    const sources = await stores.scripts.sources(null, projectIds);
    return { sources, selection: { sources: null, projectIds, limit: limits.considered } };
  }
  const names = (await stores.scripts.sourceNames(limits.sources)).filter((name) => mayBe(path, name));
  const recorded = names.length === 0 ? [] : await stores.scripts.sources(names, projectIds);
  const sources = recorded.filter((source) => isScript(path, source));
  return { sources, selection: { sources, projectIds, limit: limits.considered } };
}

async function told(
  stores: Stores,
  found: Found,
  metric: string | undefined,
): Promise<Pick<ScriptSummary, 'last' | 'best' | 'parameters'>> {
  const { selection } = found;
  const judged = await judgedBy(stores, found, metric);
  const best = judged && (await stores.scripts.best(selection, judged));
  const run = best && (await stores.runs.run(best.runId));
  const values = best ? (await stores.tracking.values([best.runId], { metrics: [], tags: [] })).get(best.runId) : null;
  const parameters = await stores.scripts.parameters(selection);
  const last = await stores.scripts.newest(selection);
  return {
    last: last && lastOf(last),
    best: best && run && judged ? bestOf(run, judged, best.value) : null,
    parameters: parameters.map(({ key, values: count }) => ({
      key,
      values: count,
      best: values?.parameters[key] ?? null,
    })),
  };
}

async function effectOf(
  stores: Stores,
  found: Found,
  { parameters, metric: asked }: ParameterEffectInput,
): Promise<ParameterEffect> {
  const { sources, selection } = found;
  const runs = countOf(sources);
  const judged = await judgedBy(stores, found, asked);
  const { key: metric, direction } = judged ?? { key: null, direction: 'max' };
  const common = { metric, direction, considered: Math.min(runs, limits.considered) } as const;
  for (const parameter of parameters) {
    const effects = await stores.scripts.effects(selection, { parameter, metric, limit: limits.values });
    if (effects.distinct > 0) return { ...common, parameter, ...effects };
  }
  return { ...common, parameter: null, distinct: 0, values: [] };
}

function countOf(sources: readonly Source[]): number {
  return sources.reduce((sum, source) => sum + source.runs, 0);
}

async function judgedBy(stores: Stores, { sources, selection }: Found, asked: string | undefined): Promise<Judged> {
  const metrics = await stores.scripts.metrics({ ...selection, limit: judgedRuns });
  const key = metrics.some((metric) => metric.key === asked) ? asked : primaryMetric(metrics);
  return key == null ? null : { key, direction: await directionIn(stores, sources, key) };
}

/** As the experiments of the runs say it, else as the metric's name does. */
async function directionIn(stores: Stores, sources: readonly Source[], key: string): Promise<MetricDirection> {
  for (const { experimentId } of byExperiment(sources).slice(0, askedExperiments)) {
    const said = taggedDirection((await stores.tracking.experiment(experimentId))?.tags ?? {}, key);
    if (said !== undefined) return said;
  }
  return directionOf(key);
}

function lastOf(run: StoredRun): NonNullable<ScriptSummary['last']> {
  const by = { id: run.createdById, name: run.createdByName };
  return { runId: run.id, name: run.name, by, at: run.createdAt, state: run.state };
}

function bestOf(run: StoredRun, judged: NonNullable<Judged>, value: number): NonNullable<ScriptSummary['best']> {
  const { key: metric, direction } = judged;
  return { runId: run.id, name: run.name, metric, value: toMetricValue(value), direction };
}

function byExperiment(sources: readonly Source[]): ScriptSummary['experiments'] {
  const counts = new Map<string, number>();
  for (const { experimentId, runs } of sources) counts.set(experimentId, (counts.get(experimentId) ?? 0) + runs);
  return [...counts].map(([experimentId, runs]) => ({ experimentId, runs })).sort((a, b) => b.runs - a.runs);
}

/** One recorded source exactly; several by the name that they share, as the grammar has no "or". */
function filterOf(sources: readonly Source[]): string {
  const names = [...new Set(sources.map(({ name }) => name))];
  const [first] = names;
  if (first === undefined) return '';
  const quoted = (text: string) => (text.includes("'") ? `"${text}"` : `'${text}'`);
  const column = `tags.\`${clientTags.sourceName}\``;
  if (names.length === 1 && !(first.includes("'") && first.includes('"'))) return `${column} = ${quoted(first)}`;
  const shared = names.map((name) => recordedScript(name)?.split('/').at(-1) ?? '').find((name) => name !== '') ?? '';
  return `${column} LIKE ${quoted(`%${shared.replaceAll('"', '_')}%`)}`;
}
