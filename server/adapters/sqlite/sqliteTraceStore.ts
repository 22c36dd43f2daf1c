/** Traces in SQLite: the port, over one file for each concern. */
import type { Assessment, Span, SpanFacts, StoredTrace, TraceChange, TraceStore } from '../../domain/traces/ports.ts';
import * as assessmentRows from './assessmentRows.ts';
import { countTraces, searchTraces } from './searchTraces.ts';
import type { Session } from './session.ts';
import * as spanRows from './spanRows.ts';
import { traceFigures } from './traceFigures.ts';
import * as traceRows from './traceRows.ts';

export class SqliteTraceStore implements TraceStore {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async trace(id: string): Promise<StoredTrace | null> {
    return traceRows.traces(this.#session, [id])[0] ?? null;
  }

  async traces(ids: readonly string[]): Promise<readonly StoredTrace[]> {
    return traceRows.traces(this.#session, ids);
  }

  async insertTrace(trace: Omit<StoredTrace, 'spans'>): Promise<void> {
    traceRows.insertTrace(this.#session, trace);
  }

  async updateTrace(id: string, change: TraceChange): Promise<void> {
    traceRows.updateTrace(this.#session, id, change);
  }

  async deleteTraceTag(id: string, key: string): Promise<boolean> {
    return traceRows.deleteTag(this.#session, id, key);
  }

  async linkToRun(ids: readonly string[], runId: string): Promise<void> {
    traceRows.linkToRun(this.#session, ids, runId);
  }

  async putSpans(traceId: string, spans: readonly (readonly [Span, SpanFacts])[]): Promise<void> {
    spanRows.putSpans(this.#session, traceId, spans);
  }

  async spans(traceId: string): Promise<readonly Span[]> {
    return spanRows.spans(this.#session, traceId);
  }

  async searchTraces(query: Parameters<TraceStore['searchTraces']>[0]) {
    return searchTraces(this.#session, query);
  }

  async countTraces(query: Parameters<TraceStore['countTraces']>[0]): Promise<number> {
    return countTraces(this.#session, query);
  }

  async deleteTraces(query: Parameters<TraceStore['deleteTraces']>[0]): Promise<readonly string[]> {
    return traceRows.deleteTraces(this.#session, query);
  }

  async assessments(traceIds: readonly string[]): Promise<readonly Assessment[]> {
    return assessmentRows.assessments(this.#session, traceIds);
  }

  async assessment(traceId: string, id: string): Promise<Assessment | null> {
    return assessmentRows.assessment(this.#session, traceId, id);
  }

  async putAssessment(assessment: Assessment): Promise<void> {
    assessmentRows.putAssessment(this.#session, assessment);
  }

  async deleteAssessment(traceId: string, id: string): Promise<boolean> {
    return assessmentRows.deleteAssessment(this.#session, traceId, id);
  }

  async figures(query: Parameters<TraceStore['figures']>[0]) {
    return traceFigures(this.#session, query);
  }
}
