/** Calls about traces by hand: what clients get wrong, bounds, and what no stock client looks at. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { traceLimits } from '../../../server/transport/mlflow/traceFields.ts';
import { type Answer, assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

type Fields = Readonly<Record<string, unknown>>;
type TraceInfo = Fields & { readonly trace_id: string; readonly tags: Readonly<Record<string, string>> };

describe('traces over the MLflow wire', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
  });
  after(() => server[Symbol.asyncDispose]());

  const v3 = (method: string, path: string, fields?: Fields) => client.call(method, `3.0/mlflow/traces${path}`, fields);
  const infoOf = (change: Fields = {}): Fields => ({
    trace_id: `tr-${randomUUID()}`,
    trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } },
    request_time: '2026-01-01T00:00:00.123Z',
    execution_duration: '1.5s',
    state: 'OK',
    ...change,
  });
  const create = (change: Fields = {}, more: Fields = {}) =>
    v3('POST', '', { trace: { trace_info: infoOf(change), ...more } });
  const created = async (change: Fields = {}, more: Fields = {}): Promise<TraceInfo> => {
    const answer = await create(change, more);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return bodyOf<{ trace: { trace_info: TraceInfo } }>(answer).trace.trace_info;
  };
  const bodyOf = <T>({ body }: Answer) => body as unknown as T;

  const mistakes: readonly (readonly [Fields, RegExp])[] = [
    [{ trace_id: '' }, /Missing value for required parameter 'trace.trace_info.trace_id'/],
    [{ trace_id: '../x' }, /Invalid value "..\/x" for parameter 'trace.trace_info.trace_id'/],
    [{ trace_id: 'x'.repeat(129) }, /trace_id/],
    [{ trace_location: undefined }, /Missing value for required parameter 'trace.trace_info.trace_location'/],
    [{ trace_location: { inference_table: { full_table_name: 'a.b' } } }, /mlflow_experiment/],
    [{ request_time: 'yesterday' }, /request_time' supplied: not a time/],
    [{ request_time: 5 }, /request_time/],
    [{ execution_duration: '1 second' }, /not a duration such as/],
    [{ state: 'DONE' }, /state/],
    [{ tags: [] }, /tags/],
    [{ tags: { a: 5 } }, /tags/],
    [{ tags: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`k${i}`, ''])) }, /at most 1000 entries/],
    [{ assessments: [{ assessment_name: 'a' }] }, /one of feedback, expectation and issue/],
  ];
  for (const [change, message] of mistakes) {
    it(`tells of a trace with ${JSON.stringify(change).slice(0, 60)}`, async () => {
      const answer = await create(change);
      assert.equal(answer.status, 400);
      assertRefused(answer, 'INVALID_PARAMETER_VALUE', message);
    });
  }

  it('answers a trace as it was described', async () => {
    const info = await created({
      tags: {
        a: 'x'.repeat(9000),
        'mlflow.artifactLocation': 'file:///etc',
        'mlflow.trace.spansLocation': 'elsewhere',
      },
      trace_metadata: { m: '1' },
      request_preview: 'q',
      assessments: [{ assessment_name: 'good', feedback: { value: null }, source: { source_type: 'HUMAN' } }],
    });
    const { body } = await v3('GET', `/${info.trace_id}`);
    const [said] = (info.assessments ?? []) as readonly Fields[];
    assert.deepEqual(body, { trace: { trace_info: info } });
    assert.deepEqual(
      [info.request_time, info.execution_duration, info.state],
      ['2026-01-01T00:00:00.123Z', '1.5s', 'OK'],
    );
    assert.deepEqual(info.tags, {
      a: 'x'.repeat(8000),
      'mlflow.artifactLocation': `mlflow-artifacts:/0/traces/${info.trace_id}/artifacts`,
    });
    assert.deepEqual([said?.assessment_name, said?.feedback, said?.valid], ['good', { value: null }, true]);
  });

  it('takes a description again, as after a lost answer', async () => {
    const info = infoOf({ assessments: [{ assessment_name: 'good', feedback: { value: 1 } }], tags: { a: '1' } });
    for (const tags of [{ a: '1' }, { b: '2' }]) {
      const answer = await v3('POST', '', { trace: { trace_info: { ...info, tags } } });
      assert.equal(answer.status, 200);
    }
    const { trace, assessments } = await server.traces.get(String(info.trace_id));
    assert.deepEqual([trace.tags, assessments.length], [{ a: '1', b: '2' }, 1]);
  });

  it('takes spans with the description, and gives them back', async () => {
    const span = {
      trace_id: Buffer.alloc(16, 7).toString('base64'),
      span_id: Buffer.alloc(8, 9).toString('base64'),
      name: 'root',
      kind: 'SPAN_KIND_SERVER',
      start_time_unix_nano: '1700000000123456789',
      end_time_unix_nano: '1700000001123456789',
      attributes: [
        {
          key: 'some_key',
          value: { kvlist_value: { values: [{ key: 'in_side', value: { int_value: '9007199254740993' } }] } },
        },
        { key: 'list', value: { array_value: { values: [{ double_value: 'NaN' }, {}] } } },
      ],
      events: [{ time_unix_nano: '1700000000123456790', name: 'e', attributes: [] }],
      links: [],
      status: { code: 'STATUS_CODE_ERROR', message: 'no' },
    };
    const { trace_id: id } = await created({}, { spans: [span] });
    const { body } = await v3('GET', `/get?trace_id=${id}&allow_partial=true`);
    const [kept] = bodyOf<{ trace: { spans: readonly unknown[] } }>({ body } as Answer).trace.spans;
    assert.deepEqual(kept, { ...span, kind: 2, status: { code: 2, message: 'no' } });
    const many = bodyOf<{ traces: readonly unknown[] }>(await v3('GET', `/batchGet?trace_ids=${id}&trace_ids=tr-none`));
    assert.deepEqual(many.traces, [bodyOf<{ trace: unknown }>({ body } as Answer).trace]);
    assertRefused(await create({}, { spans: [{ ...span, span_id: '' }] }), 'INVALID_PARAMETER_VALUE', /spanId/);
  });

  it('says what does not exist', async () => {
    const missing = /Trace with ID 'tr-none' not found/;
    for (const answer of [
      await v3('GET', '/tr-none'),
      await v3('GET', '/get?trace_id=tr-none'),
      await v3('PATCH', '/tr-none/tags', { key: 'a', value: 'b' }),
      await v3('POST', '/tr-none/assessments', { assessment: { assessment_name: 'a', feedback: { value: 1 } } }),
      await client.call('DELETE', '2.0/mlflow/traces/tr-none/tags', { key: 'a' }),
    ]) {
      assert.equal(answer.status, 404);
      assertRefused(answer, 'RESOURCE_DOES_NOT_EXIST', missing);
    }
    const elsewhere = { trace_location: { mlflow_experiment: { experiment_id: '999' } } };
    assertRefused(await create(elsewhere), 'RESOURCE_DOES_NOT_EXIST', /No Experiment with id=999/);
    for (const path of ['/a/b/c', '/tr-1/unknown', '/metrics/x']) {
      assertRefused(await v3('GET', path), 'ENDPOINT_NOT_FOUND');
    }
  });

  it('keeps an id to one experiment', async () => {
    const { trace_id } = await created();
    await server.addProject('second');
    const experiment_id = (await server.tracking.experiments.byName('second')).id;
    const answer = await create({ trace_id, trace_location: { mlflow_experiment: { experiment_id } } });
    assertRefused(answer, 'INVALID_PARAMETER_VALUE', /is taken/);
  });

  const searches: readonly (readonly [Fields, RegExp])[] = [
    [{}, /Missing value for required parameter 'locations'/],
    [{ locations: [{}] }, /locations\[0\]/],
    [{ max_results: 501 }, /from 1 to 500/],
    [{ max_results: 0 }, /from 1 to 500/],
    [{ page_token: 'x' }, /Invalid page token/],
    [{ page_token: Buffer.from('{"order":"x","at":[]}').toString('base64url') }, /Invalid page token/],
    [{ filter: "status = 'OK" }, /Invalid clause/],
    [{ filter: 'metrics.a > 1' }, /Invalid entity type 'metrics'/],
    [{ order_by: ['tags.a DESC', 'nonsense'] }, /Invalid/],
    [{ filter: Array(201).fill("status = 'OK'").join(' AND ') }, /more than the 200/],
  ];
  for (const [change, message] of searches) {
    it(`tells of a search with ${JSON.stringify(change).slice(0, 60)}`, async () => {
      const locations = Object.keys(change).length === 0 ? {} : { locations: [] };
      assertRefused(await v3('POST', '/search', { ...locations, ...change }), 'INVALID_PARAMETER_VALUE', message);
    });
  }

  it('refuses a token of another order', async () => {
    await created();
    await created();
    const locations = [{ mlflow_experiment: { experiment_id: '0' } }];
    const first = await v3('POST', '/search', { locations, max_results: 1 });
    const token = first.body.next_page_token;
    assert.ok(token);
    assert.equal((await v3('POST', '/search', { locations, page_token: token })).status, 200);
    const other = { locations, page_token: token, order_by: ['timestamp_ms ASC'] };
    assertRefused(await v3('POST', '/search', other), 'INVALID_PARAMETER_VALUE', /Invalid page token/);
  });

  it('orders by what a trace has, and tells what it cannot order by', async () => {
    const locations = [{ mlflow_experiment: { experiment_id: '0' } }];
    const answer = await v3('POST', '/search', { locations, order_by: ['tags.a'] });
    assertRefused(answer, 'INVALID_PARAMETER_VALUE', /attribute/);
  });

  it('changes of an assessment what its mask names', async () => {
    const { trace_id: id } = await created();
    const said = { assessment_name: 'n', rationale: 'r', metadata: { a: '1' }, expectation: { value: 1 } };
    const made = bodyOf<{ assessment: Fields }>(await v3('POST', `/${id}/assessments`, { assessment: said }));
    const path = `/${id}/assessments/${made.assessment.assessment_id}`;
    const change = { assessment: { ...said, rationale: 'new', assessment_name: 'other' }, update_mask: 'rationale' };
    const changed = bodyOf<{ assessment: Fields }>(await v3('PATCH', path, change)).assessment;
    assert.deepEqual([changed.rationale, changed.assessment_name, changed.metadata], ['new', 'n', { a: '1' }]);
    const refused: readonly (readonly [Fields, RegExp])[] = [
      [{ assessment: said }, /Missing value for required parameter 'update_mask'/],
      [{ assessment: said, update_mask: '' }, /update_mask/],
      [{ assessment: said, update_mask: 'trace_id' }, /update_mask/],
      [{ assessment: { feedback: { value: 1 } }, update_mask: 'feedback' }, /kind expectation, which cannot change/],
      [{ assessment: {}, update_mask: 'assessmentName' }, /assessment.assessment_name/],
    ];
    for (const [fields, message] of refused) {
      assertRefused(await v3('PATCH', path, fields), 'INVALID_PARAMETER_VALUE', message);
    }
    const long = { ...said, expectation: { value: 'x'.repeat(traceLimits.valueBytes + 1) } };
    assertRefused(await v3('POST', `/${id}/assessments`, { assessment: long }), 'INVALID_PARAMETER_VALUE', /too long/);
  });

  it('deletes by one way of choosing, and the files with it', async () => {
    const { trace_id: id } = await created();
    const file = `/api/2.0/mlflow-artifacts/artifacts/0/traces/${id}/artifacts/traces.json`;
    assert.equal((await client.request(file, { method: 'PUT', body: '{"spans": []}' })).status, 200);
    const read = await client.request(file);
    assert.deepEqual([read.status, await read.text()], [200, '{"spans": []}']);
    assert.match(read.headers.get('content-security-policy') ?? '', /sandbox/);
    const folder = join(server.artifactFolder, '0/traces', id);
    assert.ok(existsSync(folder));
    for (const fields of [{}, { request_ids: [id], max_timestamp_millis: 5 }, { request_ids: [id], max_traces: 1 }]) {
      assert.equal((await v3('POST', '/delete-traces', { experiment_id: '0', ...fields })).status, 400);
    }
    const answer = await client.post('traces/delete-traces', { experiment_id: '0', request_ids: [id, 'tr-none'] });
    assert.deepEqual([answer.status, answer.body], [200, { traces_deleted: 1 }]);
    assert.equal(existsSync(folder), false);
    assert.equal((await client.request(file)).status, 404);
    const [event] = await server.store.read(({ events }) => events.list({ projectIds: null, limit: 1 }));
    assert.deepEqual([event?.type, event?.detail.traces, event?.subject.experimentId], ['trace.deleted', 1, '0']);
  });

  it('lets no file out of its trace', async () => {
    const { trace_id: id } = await created();
    const folder = `/api/2.0/mlflow-artifacts/artifacts/0/traces/${id}/artifacts`;
    for (const path of ['%2e%2e/x', '..%2f..%2fx', 'a%00b', 'a%5cb', '', '.', '%252e%252e/x']) {
      const { status } = await client.request(`${folder}/${path}`, { method: 'PUT', body: 'x' });
      assert.ok(status === 400 || path === '%252e%252e/x' || (path === '.' && status === 404), `${path} ${status}`);
    }
    assert.equal((await client.request(folder.replace('/0/', '/1/').concat('/x'))).status, 404, 'another experiment');
    assert.equal((await client.request(`${folder}/x`, { method: 'PATCH' })).status, 404);
  });

  it('bounds what is linked', async () => {
    const { trace_id: id } = await created();
    const run_id = await client.createRun();
    const many = Array.from({ length: 101 }, () => id);
    assertRefused(await client.post('traces/link-to-run', { run_id, trace_ids: many }), 'INVALID_PARAMETER_VALUE');
    const versions = [{ name: 'p', version: '1' }];
    for (const _again of [1, 2]) {
      assert.equal((await client.post('traces/link-prompts', { trace_id: id, prompt_versions: versions })).status, 200);
    }
    const { trace } = await server.traces.get(id);
    assert.deepEqual(JSON.parse(trace.tags['mlflow.linkedPrompts'] ?? ''), versions);
    assertRefused(
      await client.post('traces/link-to-run', { run_id, trace_ids: ['tr-none'] }),
      'RESOURCE_DOES_NOT_EXIST',
    );
  });
});
