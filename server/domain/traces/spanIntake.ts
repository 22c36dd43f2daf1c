/**
 * Takes in spans, by whatever wire they came. A trace that nobody described yet
 * follows from its spans: it is made with the first of them and knows more with
 * each. Spans of a trace that is elsewhere are rejected, the others are kept.
 */

import { activeExperiment, activeRun } from '../shared/activeRecords.ts';
import { DomainError } from '../shared/errors.ts';
import type { Stores } from '../shared/store.ts';
import type { Span, StoredTrace } from './ports.ts';
import { factsOf, type TraceFacts, traceFactsOf } from './spanFacts.ts';
import type { TraceDependencies } from './traceRules.ts';

export const spanLimits = { inTrace: 50_000, atOnce: 500 } as const;

export type Delivery = { readonly experimentId: string; readonly spans: readonly Span[] };
export type Accepted = { readonly rejected: number; readonly message: string };

/** As MLflow's own clients name a trace after its OpenTelemetry id. */
export function traceIdOf(span: Pick<Span, 'traceId'>): string {
  return `tr-${span.traceId}`;
}

export class SpanIntake {
  readonly #deps: Pick<TraceDependencies, 'store'>;

  constructor(deps: Pick<TraceDependencies, 'store'>) {
    this.#deps = deps;
  }

  /**
   * In pieces, so that others are served meanwhile. When one fails, those before
   * it stay: a client then sends all of them again, which changes nothing.
   */
  async log({ experimentId, spans }: Delivery, runId: string | null): Promise<Accepted> {
    let rejected = 0;
    let message = '';
    for (let from = 0; from < spans.length; from += spanLimits.atOnce) {
      const piece = { experimentId, spans: spans.slice(from, from + spanLimits.atOnce) };
      const logged = await this.#deps.store.write((stores) => logPiece(stores, piece, runId));
      rejected += logged.rejected;
      message ||= logged.message;
    }
    return { rejected, message };
  }
}

async function logPiece(stores: Stores, piece: Delivery, runId: string | null): Promise<Accepted> {
  await activeExperiment(stores, piece.experimentId);
  if (runId !== null) await requireRunIn(stores, runId, piece.experimentId);
  const { kept, ...accepted } = await putAll(stores, piece);
  if (runId !== null) await stores.traces.linkToRun(kept, runId);
  return accepted;
}

async function putAll(
  stores: Stores,
  { experimentId, spans }: Delivery,
): Promise<Accepted & { readonly kept: readonly string[] }> {
  const kept: string[] = [];
  let rejected = 0;
  let message = '';
  for (const [id, ofTrace] of Map.groupBy(spans, traceIdOf)) {
    const problem = await putTrace(stores, { id, experimentId, spans: ofTrace });
    if (problem === null) kept.push(id);
    else {
      rejected += ofTrace.length;
      message ||= problem;
    }
  }
  return { kept, rejected, message };
}

type Part = Delivery & { readonly id: string };

/** Answers why the spans cannot be kept; null when they are. */
export async function putTrace(stores: Stores, { id, experimentId, spans }: Part): Promise<string | null> {
  const known = await stores.traces.trace(id);
  if (known !== null && known.experimentId !== experimentId) return `The trace id ${id} is taken.`;
  if ((known?.spans ?? 0) + spans.length > spanLimits.inTrace) {
    return `A trace can have at most ${spanLimits.inTrace} spans; ${id} would have more.`;
  }
  const facts = traceFactsOf(spans);
  if (known === null) await stores.traces.insertTrace(newTrace(id, experimentId, facts));
  else if (!known.described) await stores.traces.updateTrace(id, grown(known, facts));
  await stores.traces.putSpans(
    id,
    spans.map((span) => [span, factsOf(span)] as const),
  );
  return null;
}

function newTrace(id: string, experimentId: string, facts: TraceFacts): Omit<StoredTrace, 'spans'> {
  const { startedAt, endedAt, state, requestPreview, responsePreview, tags, metadata } = facts;
  const duration = endedAt === null ? null : endedAt - startedAt;
  const described = { state, startedAt, duration, requestPreview, responsePreview, tags, metadata };
  return { id, experimentId, clientRequestId: null, described: false, ...described };
}

/** What was known, and what these spans add. Whether and how it ended the root alone says. */
function grown(known: StoredTrace, facts: TraceFacts) {
  const startedAt = Math.min(known.startedAt, facts.startedAt);
  const endedAt = Math.max(known.startedAt + (known.duration ?? 0), facts.endedAt ?? 0);
  return {
    startedAt,
    duration: known.duration === null && facts.endedAt === null ? null : endedAt - startedAt,
    ...(facts.state !== 'IN_PROGRESS' && { state: facts.state }),
    requestPreview: facts.requestPreview ?? known.requestPreview,
    responsePreview: facts.responsePreview ?? known.responsePreview,
    tags: facts.tags,
    metadata: facts.metadata,
  };
}

async function requireRunIn(stores: Stores, runId: string, experimentId: string): Promise<void> {
  const run = await activeRun(stores, runId);
  if (run.experimentId === experimentId) return;
  throw new DomainError('invalid-input', `The run ${runId} is not in the experiment ${experimentId}.`, {
    field: 'x-mlflow-run-id',
    remedy: 'Send both of one experiment.',
  });
}
