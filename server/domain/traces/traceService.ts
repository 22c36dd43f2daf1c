/**
 * Traces that clients send: the description of a whole one, its spans as they
 * end, tags, and finding them again. Spans may come before the description or
 * without one, and a trace then follows from them. It looks up where a trace
 * is; whether the caller may is asked by the wire.
 */

import { activeExperiment, activeRun, existingExperiment } from '../shared/activeRecords.ts';
import type { Call } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Stores } from '../shared/store.ts';
import type { Comparison, Ordering } from '../tracking/ports.ts';
import { AssessmentService, type NewAssessment } from './assessmentService.ts';
import { correlationOf, type FilterCounts } from './correlation.ts';
import type {
  Assessment,
  Span,
  StoredTrace,
  Texts,
  TraceFigure,
  TraceFigureQuery,
  TracePosition,
  TraceState,
  TraceStore,
} from './ports.ts';
import { traceMetadata } from './spanFacts.ts';
import { putTrace, SpanIntake } from './spanIntake.ts';
import { existingTrace, type TraceDependencies } from './traceRules.ts';

export type NewTrace = {
  readonly id: string;
  readonly experimentId: string;
  readonly clientRequestId: string | null;
  readonly state: TraceState;
  readonly startedAt: number;
  readonly duration: number | null;
  readonly requestPreview: string | null;
  readonly responsePreview: string | null;
  readonly tags: Texts;
  readonly metadata: Texts;
};

export type TraceSearch = {
  readonly experimentIds: readonly string[];
  readonly where: readonly Comparison[];
  readonly orderBy: readonly Ordering[];
  readonly limit: number;
  readonly after: TracePosition | null;
};

/** A trace with what is said of it. */
export type ShownTrace = { readonly trace: StoredTrace; readonly assessments: readonly Assessment[] };

export type TraceDeletion = {
  readonly experimentId: string;
  readonly ids: readonly string[] | undefined;
  readonly until: number | undefined;
  readonly limit: number | undefined;
};

const deletedAtOnce = 500;

export class TraceService {
  readonly assessments: AssessmentService;
  readonly intake: SpanIntake;
  readonly #deps: TraceDependencies;

  constructor(deps: TraceDependencies) {
    this.#deps = deps;
    this.assessments = new AssessmentService(deps);
    this.intake = new SpanIntake(deps);
  }

  /** What a client says of a whole trace: it counts over what followed from spans. */
  async describe(
    asked: NewTrace,
    parts: { readonly spans: readonly Span[]; readonly assessments: readonly NewAssessment[] },
  ): Promise<ShownTrace> {
    return await this.#deps.store.write(async (stores) => {
      await activeExperiment(stores, asked.experimentId);
      const known = await stores.traces.trace(asked.id);
      if (known === null) await stores.traces.insertTrace({ ...asked, described: true });
      else {
        const { id, experimentId, ...described } = asked;
        if (known.experimentId !== experimentId) throw takenId(id);
        await stores.traces.updateTrace(id, { ...described, described: true });
      }
      const run = asked.metadata[traceMetadata.sourceRun];
      if (run !== undefined && run !== '') await stores.traces.linkToRun([asked.id], run);
      if (parts.spans.length > 0) await putDescribed(stores, asked, parts.spans);
      // Sent again, as after a lost answer, they would stand there twice.
      if (known?.described !== true) await this.assessments.add(stores, parts.assessments);
      return {
        trace: await existingTrace(stores, asked.id),
        assessments: await stores.traces.assessments([asked.id]),
      };
    });
  }

  get(id: string): Promise<ShownTrace> {
    return this.#deps.store.read(async ({ traces }) => {
      const trace = await traces.trace(id);
      if (trace === null) throw new DomainError('not-found', `Trace with ID '${id}' not found.`, { field: 'trace_id' });
      return { trace, assessments: await traces.assessments([id]) };
    });
  }

  spans(id: string): Promise<readonly Span[]> {
    return this.#deps.store.read((stores) => stores.traces.spans(id));
  }

  /** Those that exist in experiments that the caller may see. */
  async many(ids: readonly string[], call: Call): Promise<readonly ShownTrace[]> {
    const found = await this.#deps.store.read((stores) => stores.traces.traces(ids));
    const visible = new Set(
      await this.visible(
        found.map(({ experimentId }) => experimentId),
        call,
      ),
    );
    const shown = found.filter(({ experimentId }) => visible.has(experimentId));
    return await this.#withAssessments(shown);
  }

  /** Which of the experiments the caller may see; the others are as if they were not there. */
  async visible(experimentIds: readonly string[], call: Call): Promise<readonly string[]> {
    const projects = await this.#deps.access.visibleProjects(call.caller);
    return await this.#deps.store.read(async ({ tracking }) => {
      const seen: string[] = [];
      for (const id of new Set(experimentIds)) {
        const experiment = await tracking.experiment(id);
        if (experiment === null) continue;
        if (projects === null || projects.includes(experiment.projectId)) seen.push(id);
      }
      return seen;
    });
  }

  async search(
    search: TraceSearch,
    call: Call,
  ): Promise<{ readonly traces: readonly ShownTrace[]; readonly next: TracePosition | null }> {
    const experimentIds = await this.visible(search.experimentIds, call);
    const { where, orderBy, limit, after } = search;
    const page = await this.#deps.store.read(async ({ traces }) => {
      const { ids, next } = await traces.searchTraces({ experimentIds, where, orderBy, limit, after });
      return { found: await traces.traces(ids), next };
    });
    return { traces: await this.#withAssessments(page.found), next: page.next };
  }

  async setTag(id: string, tag: { readonly key: string; readonly value: string }): Promise<void> {
    await this.#deps.store.write(async (stores) => {
      await existingTrace(stores, id);
      await stores.traces.updateTrace(id, { tags: Object.fromEntries([[tag.key, tag.value]]) });
    });
  }

  async deleteTag(id: string, key: string): Promise<void> {
    await this.#deps.store.write(async (stores) => {
      await existingTrace(stores, id);
      if (await stores.traces.deleteTraceTag(id, key)) return;
      throw new DomainError('not-found', `No trace tag with key '${key}' for trace with ID '${id}'`, { field: 'key' });
    });
  }

  /** For good, in pieces, so that others are served meanwhile. Answers the ids that are gone: their files can go too. */
  async delete({ experimentId, ids, until, limit }: TraceDeletion, call: Call): Promise<readonly string[]> {
    const gone: string[] = [];
    let left = limit ?? Number.MAX_SAFE_INTEGER;
    for (;;) {
      const chosen = ids === undefined ? { limit: Math.min(left, deletedAtOnce) } : { ids };
      const deleted = await this.#deletePiece({ experimentId, ...chosen, ...(until !== undefined && { until }) }, call);
      gone.push(...deleted);
      left -= deleted.length;
      if (ids !== undefined || left === 0 || deleted.length < deletedAtOnce) break;
    }
    if (gone.length > 0) this.#deps.feed.committed();
    return gone;
  }

  async #deletePiece(piece: Parameters<TraceStore['deleteTraces']>[0], call: Call): Promise<readonly string[]> {
    const at = this.#deps.clock.now();
    const { experimentId } = piece;
    return await this.#deps.store.write(async (stores) => {
      const { projectId } = await existingExperiment(stores, experimentId);
      const deleted = await stores.traces.deleteTraces(piece);
      if (deleted.length > 0) {
        await stores.events.append({
          type: 'trace.deleted',
          actor: actorOf(call.caller),
          subject: { projectId, experimentId },
          detail: { traces: deleted.length },
          at,
        });
      }
      return deleted;
    });
  }

  async linkToRun(ids: readonly string[], runId: string): Promise<void> {
    await this.#deps.store.write(async (stores) => {
      await activeRun(stores, runId);
      for (const id of ids) await existingTrace(stores, id);
      await stores.traces.linkToRun(ids, runId);
    });
  }

  async correlate(
    filters: {
      readonly experimentIds: readonly string[];
      readonly base: readonly Comparison[];
      readonly first: readonly Comparison[];
      readonly second: readonly Comparison[];
    },
    call: Call,
  ): Promise<FilterCounts & ReturnType<typeof correlationOf>> {
    const experimentIds = await this.visible(filters.experimentIds, call);
    const { base, first, second } = filters;
    const counts = await this.#deps.store.read(async ({ traces }) => {
      const count = (where: readonly Comparison[]) => traces.countTraces({ experimentIds, where: [...base, ...where] });
      return {
        total: await count([]),
        first: await count(first),
        second: await count(second),
        joint: await count([...first, ...second]),
      };
    });
    return { ...counts, ...correlationOf(counts) };
  }

  async figures(query: TraceFigureQuery, call: Call): Promise<readonly TraceFigure[]> {
    const experimentIds = await this.visible(query.experimentIds, call);
    return await this.#deps.store.read(({ traces }) => traces.figures({ ...query, experimentIds }));
  }

  async #withAssessments(traces: readonly StoredTrace[]): Promise<readonly ShownTrace[]> {
    const said = await this.#deps.store.read((stores) => stores.traces.assessments(traces.map(({ id }) => id)));
    return traces.map((trace) => ({ trace, assessments: said.filter(({ traceId }) => traceId === trace.id) }));
  }
}

async function putDescribed(stores: Stores, { id, experimentId }: NewTrace, spans: readonly Span[]): Promise<void> {
  const problem = await putTrace(stores, { id, experimentId, spans });
  if (problem !== null) throw new DomainError('invalid-input', problem, { field: 'trace.spans' });
}

/** Nothing is said of where it is: the caller may not know of that place. */
export function takenId(id: string): DomainError {
  return new DomainError('invalid-input', `The trace id ${id} is taken.`, {
    field: 'trace_id',
    remedy: 'Trace ids are unique over the server: send the trace under an id of its own.',
  });
}
