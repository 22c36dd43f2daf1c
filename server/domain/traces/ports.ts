/** Traces, their spans and what people and judges say of them. */
import type { Comparison, Ordering } from '../tracking/ports.ts';

export type Texts = Readonly<Record<string, string>>;

/** A value as OTLP's JSON writes it: one of these fields, or none for nothing. Integers are decimal text, bytes base64. */
export type AnyValue = {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number | 'NaN' | 'Infinity' | '-Infinity';
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values?: readonly Attribute[] };
  readonly bytesValue?: string;
};
export type Attribute = { readonly key: string; readonly value?: AnyValue };

/** A span as it came, in OTLP's JSON: ids in lower-case hex, times in nanoseconds as decimal text. */
export type Span = {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  /** "0" while it goes on. */
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** 0 unset, 1 ok, 2 error. */
  readonly status: { readonly code: number; readonly message: string };
  readonly traceState: string;
  readonly flags: number;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  /** What produced it. */
  readonly resource: readonly Attribute[];
  readonly scope: { readonly name: string; readonly version: string; readonly attributes: readonly Attribute[] };
};
export type SpanEvent = {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributesCount: number;
};
export type SpanLink = {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributesCount: number;
  readonly flags: number;
};

/** What searches and figures know of a span. Times are milliseconds. */
export type SpanFacts = {
  readonly type: string | null;
  readonly status: 'UNSET' | 'OK' | 'ERROR';
  readonly startedAt: number;
  readonly duration: number | null;
  /** Attributes as text, the beginnings of long ones. */
  readonly attributes: Texts;
};

export type TraceState = 'OK' | 'ERROR' | 'IN_PROGRESS' | 'STATE_UNSPECIFIED';

export type StoredTrace = {
  readonly id: string;
  readonly experimentId: string;
  readonly clientRequestId: string | null;
  readonly state: TraceState;
  /** Milliseconds since 1970; so is `duration` in milliseconds. */
  readonly startedAt: number;
  readonly duration: number | null;
  readonly requestPreview: string | null;
  readonly responsePreview: string | null;
  /** Whether its client has described it as a whole; until then it follows from its spans. */
  readonly described: boolean;
  readonly tags: Texts;
  readonly metadata: Texts;
  readonly spans: number;
};
export type TraceChange = Partial<
  Omit<StoredTrace, 'id' | 'experimentId' | 'tags' | 'metadata' | 'spans'> & {
    /** Added to what is there. */
    readonly tags: Texts;
    readonly metadata: Texts;
  }
>;

export type AssessmentKind = 'feedback' | 'expectation' | 'issue';
export type Assessment = {
  readonly id: string;
  readonly traceId: string;
  readonly spanId: string | null;
  readonly name: string;
  readonly source: { readonly type: string; readonly id: string };
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly kind: AssessmentKind;
  /** Any JSON: what was judged or expected. For an issue, its id. */
  readonly value: unknown;
  /** Of an expectation whose client wrote it as text: how. */
  readonly format: string | null;
  readonly error: { readonly code: string; readonly message: string; readonly stackTrace: string } | null;
  readonly rationale: string | null;
  readonly metadata: Texts;
  /** The assessment that this one replaces. */
  readonly overrides: string | null;
  readonly valid: boolean;
};

export type TraceQuery = {
  readonly experimentIds: readonly string[];
  readonly where: readonly Comparison[];
};
/** Where a page ended: the values that it was ordered by, and the last trace. */
export type TracePosition = readonly (string | number | null)[];
export type TracePage = { readonly ids: readonly string[]; readonly next: TracePosition | null };

export type MetricAggregation = {
  readonly type: 'COUNT' | 'SUM' | 'AVG' | 'PERCENTILE' | 'MIN' | 'MAX';
  readonly percentile: number | null;
};
export type TraceFigureQuery = {
  readonly experimentIds: readonly string[];
  readonly view: 'TRACES' | 'SPANS' | 'ASSESSMENTS';
  readonly metric: string;
  readonly aggregations: readonly MetricAggregation[];
  readonly dimensions: readonly string[];
  readonly where: readonly Comparison[];
  readonly intervalSeconds: number | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly offset: number;
  readonly limit: number;
};
export type TraceFigure = {
  readonly dimensions: Readonly<Record<string, string>>;
  /** In the order of the aggregations. */
  readonly values: readonly (number | null)[];
};

export interface TraceStore {
  trace(id: string): Promise<StoredTrace | null>;
  /** Those of the ids that exist, in the order of the ids. */
  traces(ids: readonly string[]): Promise<readonly StoredTrace[]>;
  insertTrace(trace: Omit<StoredTrace, 'spans'>): Promise<void>;
  updateTrace(id: string, change: TraceChange): Promise<void>;
  /** Whether it was there. */
  deleteTraceTag(id: string, key: string): Promise<boolean>;
  linkToRun(ids: readonly string[], runId: string): Promise<void>;
  /** A span that is there already is replaced. */
  putSpans(traceId: string, spans: readonly (readonly [Span, SpanFacts])[]): Promise<void>;
  /** In the order of their beginnings. */
  spans(traceId: string): Promise<readonly Span[]>;
  /** Without an order, the newest first. */
  searchTraces(
    query: TraceQuery & {
      readonly orderBy: readonly Ordering[];
      readonly limit: number;
      readonly after: TracePosition | null;
    },
  ): Promise<TracePage>;
  countTraces(query: TraceQuery): Promise<number>;
  /** The oldest first where there is a limit. Answers the ids that are gone. */
  deleteTraces(query: {
    readonly experimentId: string;
    readonly ids?: readonly string[];
    /** Begun then or earlier. */
    readonly until?: number;
    readonly limit?: number;
  }): Promise<readonly string[]>;
  assessments(traceIds: readonly string[]): Promise<readonly Assessment[]>;
  assessment(traceId: string, id: string): Promise<Assessment | null>;
  /** Inserts it, or replaces the one with its id. */
  putAssessment(assessment: Assessment): Promise<void>;
  deleteAssessment(traceId: string, id: string): Promise<boolean>;
  figures(query: TraceFigureQuery): Promise<readonly TraceFigure[]>;
}
