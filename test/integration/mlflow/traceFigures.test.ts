/** Figures over traces, as dashboards ask for them. */
import assert from 'node:assert/strict';
import { type Answer, assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

type Fields = Readonly<Record<string, unknown>>;

describe('figures over traces', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
  });
  after(() => server[Symbol.asyncDispose]());

  const v3 = (method: string, path: string, fields?: Fields) => client.call(method, `3.0/mlflow/traces${path}`, fields);
  const bodyOf = <T>({ body }: Answer) => body as unknown as T;

  it('counts by time and dimension, and says what it cannot count', async () => {
    await server.addProject('counted');
    const experiment_id = (await server.tracking.experiments.byName('counted')).id;
    const trace_location = { mlflow_experiment: { experiment_id } };
    for (const [minute, seconds] of [
      [0, 1],
      [0, 3],
      [5, 10],
    ] as const) {
      const trace_info = {
        trace_id: `tr-${minute}-${seconds}`,
        state: 'OK',
        trace_location,
        request_time: `2026-01-01T00:0${minute}:00Z`,
        execution_duration: `${seconds}s`,
        tags: { 'mlflow.traceName': `n${minute}` },
        trace_metadata: { 'mlflow.trace.tokenUsage': JSON.stringify({ total_tokens: seconds * 10 }) },
      };
      assert.equal((await v3('POST', '', { trace: { trace_info } })).status, 200);
    }
    const points = async (fields: Fields) => {
      const answer = await v3('POST', '/metrics', { experiment_ids: [experiment_id], ...fields });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return bodyOf<{ data_points?: readonly Fields[] }>(answer).data_points ?? [];
    };
    const by = (type: string, more: Fields = {}) => ({ aggregations: [{ aggregation_type: type, ...more }] });
    const latency = { view_type: 'TRACES', metric_name: 'latency', dimensions: ['trace_name'] };
    assert.deepEqual(
      (await points({ ...latency, ...by('PERCENTILE', { percentile_value: 50 }) })).map(({ values }) => values),
      [{ 'P50.0': 2000 }, { 'P50.0': 10_000 }],
    );
    assert.deepEqual(
      await points({ view_type: 'TRACES', metric_name: 'total_tokens', ...by('SUM'), time_interval_seconds: 60 }),
      [
        { metric_name: 'total_tokens', dimensions: { time_bucket: '2026-01-01T00:00:00.000Z' }, values: { SUM: 40 } },
        { metric_name: 'total_tokens', dimensions: { time_bucket: '2026-01-01T00:05:00.000Z' }, values: { SUM: 100 } },
      ],
    );
    const late = { start_time_ms: Date.parse('2026-01-01T00:01:00Z'), filters: ["trace.status = 'OK'"] };
    assert.deepEqual(
      (await points({ ...latency, ...by('MAX'), ...late })).map(({ values }) => values),
      [{ MAX: 10_000 }],
    );
    const refused: readonly (readonly [Fields, RegExp])[] = [
      [{ ...latency, metric_name: 'nonsense', ...by('AVG') }, /metric_name/],
      [{ ...latency, dimensions: ['span_name'], ...by('AVG') }, /dimensions/],
      [{ ...latency, ...by('PERCENTILE') }, /percentile_value/],
      [{ ...latency, ...by('AVG'), time_interval_seconds: 0 }, /time_interval_seconds/],
      [{ ...latency, aggregations: [] }, /aggregations/],
    ];
    for (const [fields, message] of refused) {
      const answer = await v3('POST', '/metrics', { experiment_ids: [experiment_id], ...fields });
      assertRefused(answer, 'INVALID_PARAMETER_VALUE', message);
    }
  });
});
