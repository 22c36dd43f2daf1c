/** OTLP with OpenTelemetry's own exporter, and by hand for what no exporter would send. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { context, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { bodyLimits } from '../../../server/transport/mlflow/otlp/body.ts';
import { otlpLimits } from '../../../server/transport/mlflow/otlp/spanModel.ts';
import { MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

describe('OTLP', () => {
  let server: TrackingServer;
  let experiment: string;
  before(async () => {
    server = await startTracking();
    await server.addProject('vision');
    experiment = (await server.tracking.experiments.byName('vision')).id;
  });
  after(() => server[Symbol.asyncDispose]());

  type Headers = Readonly<Record<string, string>>;
  const headersOf = (change: Headers = {}): Headers => ({
    authorization: `Bearer ${server.token}`,
    'content-type': 'application/json',
    'x-mlflow-experiment-id': experiment,
    ...change,
  });
  const post = (body: RequestInit['body'], headers: Headers = headersOf()) =>
    fetch(`${server.url}/v1/traces`, { method: 'POST', body: body ?? null, headers });
  const requestOf = (...spans: readonly object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  const spanOf = (change: object = {}) => ({
    traceId: hex(16),
    spanId: hex(8),
    name: 'by hand',
    startTimeUnixNano: '1700000000000000001',
    endTimeUnixNano: '1700000000500000001',
    ...change,
  });
  const send = async (request: unknown, change: Headers = {}) => {
    const response = await post(JSON.stringify(request), headersOf(change));
    return { status: response.status, body: (await response.json()) as Told };
  };
  type Told = { readonly message?: string; readonly partialSuccess?: Readonly<Record<string, unknown>> };

  /** What a program with the exporter sends, and what the exporter says of it. */
  async function exported(work: (tracer: Tracer) => void, headers: Headers = {}): Promise<unknown[]> {
    const exporter = new OTLPTraceExporter({
      url: `${server.url}/v1/traces`,
      headers: { authorization: `Bearer ${server.token}`, 'x-mlflow-experiment-id': experiment, ...headers },
      compression: 'gzip' as never,
    });
    const results: unknown[] = [];
    const watched = {
      export: (spans: never, done: (result: { code: number; error?: Error }) => void) =>
        exporter.export(spans, (result) => {
          results.push(result);
          done(result);
        }),
      shutdown: () => exporter.shutdown(),
    };
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: watched } as never)] });
    work(provider.getTracer('a test', '1.2'));
    await provider.shutdown();
    return results;
  }

  it('takes a trace from the exporter, with all that is in it', async () => {
    let traceId = '';
    const results = await exported((tracer) => {
      const root = tracer.startSpan('request', {
        attributes: { 'session.id': 's-7', 'user.id': 'ada', big: 2 ** 40, half: 0.5, yes: true, list: ['a', 'b'] },
      });
      const inside = trace.setSpan(context.active(), root);
      const child = tracer.startSpan('query', { links: [{ context: root.spanContext() }] }, inside);
      child.addEvent('retried', { attempt: 2 });
      child.setStatus({ code: SpanStatusCode.ERROR, message: 'no such table' });
      child.end();
      root.end();
      traceId = root.spanContext().traceId;
    });
    assert.deepEqual(
      results.map((result) => (result as { code: number }).code),
      [0, 0],
    );
    const { trace: stored } = await server.traces.get(`tr-${traceId}`);
    assert.deepEqual(
      [stored.state, stored.experimentId, stored.spans, stored.tags['mlflow.traceName'], stored.described],
      ['OK', experiment, 2, 'request', false],
    );
    assert.deepEqual(stored.metadata, { 'mlflow.trace.session': 's-7', 'mlflow.trace.user': 'ada' });
    const spans = await server.traces.spans(`tr-${traceId}`);
    const [root, child] = ['request', 'query'].map((name) => spans.find((span) => span.name === name));
    assert.ok(root && child);
    assert.deepEqual([root.parentSpanId, child.parentSpanId], ['', root.spanId]);
    const values = Object.fromEntries(root.attributes.map(({ key, value }) => [key, value]));
    assert.deepEqual(values.big, { intValue: String(2 ** 40) });
    assert.deepEqual(
      [values.half, values.yes, values.list],
      [
        { doubleValue: 0.5 },
        { boolValue: true },
        { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } },
      ],
    );
    assert.deepEqual(child.status, { code: 2, message: 'no such table' });
    assert.deepEqual([child.events[0]?.name, child.links[0]?.spanId], ['retried', root.spanId]);
    assert.deepEqual([child.scope.name, child.scope.version], ['a test', '1.2']);
    assert.match(child.startTimeUnixNano, /^\d{19}$/);
    assert.ok(child.resource.some(({ key }) => key === 'service.name' || key === 'telemetry.sdk.name'));
  });

  it('links to a run, and tells the exporter what is refused', async () => {
    const client = new MlflowClient(server);
    const runId = await client.createRun({ experiment_id: experiment });
    let traceId = '';
    await exported(
      (tracer) => {
        const span = tracer.startSpan('in a run');
        span.end();
        traceId = span.spanContext().traceId;
      },
      { 'x-mlflow-run-id': runId },
    );
    const where = [{ column: { entity: 'attribute', key: 'run_id' }, operator: '=', value: runId }] as const;
    const search = { experimentIds: [experiment], where, orderBy: [], limit: 10, after: null };
    const found = await server.traces.search(search, server.call);
    assert.deepEqual(
      found.traces.map(({ trace: { id } }) => id),
      [`tr-${traceId}`],
    );
    const [refused] = await exported((tracer) => tracer.startSpan('lost').end(), { 'x-mlflow-experiment-id': '999' });
    const { code, error } = refused as { code: number; error?: { code?: number } };
    assert.deepEqual([code, error?.code], [1, 404]);
  });

  it('takes JSON, plain and compressed', async () => {
    const attributes = [
      { key: 'mlflow.spanInputs', value: { stringValue: '{"q": 1}' } },
      { key: 'mlflow.traceTag.team', value: { stringValue: 'forest' } },
      { key: 'odd', value: { doubleValue: 'NaN' } },
      { key: 'long', value: { intValue: '-9223372036854775808' } },
      { key: 'none' },
      { key: 'bytes', value: { bytesValue: 'AAH/' } },
    ];
    const span = spanOf({ attributes, unknownField: true });
    assert.deepEqual(await send(requestOf(span)), { status: 200, body: {} });
    const { trace: stored } = await server.traces.get(`tr-${span.traceId}`);
    assert.deepEqual(
      [stored.startedAt, stored.duration, stored.requestPreview, stored.tags.team],
      [1700000000000, 500, '{"q": 1}', 'forest'],
    );
    const [kept] = await server.traces.spans(stored.id);
    assert.deepEqual(kept?.attributes, attributes);
    const zipped = await post(gzipSync(JSON.stringify(requestOf(spanOf()))), headersOf({ 'content-encoding': 'gzip' }));
    assert.equal(zipped.status, 200);
    assert.deepEqual(await send({ resourceSpans: [] }), { status: 200, body: {} });
  });

  it('follows a trace whose root comes last, or never', async () => {
    const traceId = hex(16);
    const root = spanOf({ traceId, name: 'root', status: { code: 2 } });
    await send(requestOf(spanOf({ traceId, parentSpanId: root.spanId, endTimeUnixNano: '1700000002000000001' })));
    const before = (await server.traces.get(`tr-${traceId}`)).trace;
    assert.deepEqual([before.state, before.duration], ['IN_PROGRESS', 2000]);
    await send(requestOf(root));
    const ended = (await server.traces.get(`tr-${traceId}`)).trace;
    assert.deepEqual([ended.state, ended.duration, ended.spans], ['ERROR', 2000, 2]);
    await send(requestOf(root));
    assert.equal((await server.traces.get(`tr-${traceId}`)).trace.spans, 2, 'sent again');
  });

  it('rejects single spans and keeps the others', async () => {
    const good = spanOf();
    const bad: readonly [object, RegExp][] = [
      [spanOf({ traceId: '0'.repeat(32) }), /traceId: an id of 16 bytes/],
      [spanOf({ spanId: 'zz' }), /spanId: an id of 8 bytes/],
      [spanOf({ startTimeUnixNano: '-1' }), /startTimeUnixNano: a time before 1970/],
      [spanOf({ startTimeUnixNano: 1.5 }), /startTimeUnixNano/],
      [spanOf({ attributes: [{ value: {} }] }), /attributes\.0\.key/],
      [spanOf({ attributes: Array(otlpLimits.attributes + 1).fill({ key: 'a' }) }), /attributes/],
      [spanOf({ name: 'x'.repeat(otlpLimits.nameLength + 1) }), /name/],
      [spanOf({ status: { code: 9 } }), /status\.code/],
    ];
    for (const [span, message] of bad) {
      const { status, body } = await send(requestOf(span, good));
      assert.deepEqual([status, body.partialSuccess?.rejectedSpans], [200, 1]);
      assert.match(String(body.partialSuccess?.errorMessage), message);
    }
    assert.equal((await server.traces.get(`tr-${good.traceId}`)).trace.spans, 1);
  });

  it('leaves a trace of another experiment alone', async () => {
    const span = spanOf({ name: 'first' });
    await send(requestOf(span));
    await server.addProject('other');
    const other = (await server.tracking.experiments.byName('other')).id;
    const { body } = await send(requestOf({ ...span, name: 'changed' }, spanOf()), { 'x-mlflow-experiment-id': other });
    assert.equal(body.partialSuccess?.rejectedSpans, 1);
    assert.match(String(body.partialSuccess?.errorMessage), /is taken/);
    const { trace: kept } = await server.traces.get(`tr-${span.traceId}`);
    assert.deepEqual([kept.experimentId, kept.tags['mlflow.traceName']], [experiment, 'first']);
  });

  it('says what is no export', async () => {
    const refused: readonly (readonly [RequestInit['body'], Headers, number, RegExp])[] = [
      ['{', {}, 400, /not JSON/],
      ['[]', {}, 400, /Not an export/],
      ['{"resourceSpans": 5}', {}, 400, /Not an export of traces: resourceSpans/],
      ['{}', { 'content-type': 'text/plain' }, 400, /Content-Type must be/],
      ['{}', { 'content-encoding': 'br' }, 400, /Content-Encoding 'br'/],
      ['not gzip', { 'content-encoding': 'gzip' }, 400, /not gzip/],
      ['{}', { 'x-mlflow-experiment-id': '' }, 400, /x-mlflow-experiment-id is missing/],
      ['{}', { 'x-mlflow-experiment-id': '../1' }, 400, /Invalid value/],
      ['{}', { 'x-mlflow-run-id': 'never' }, 404, /Run with id=never not found/],
      ['{}', { authorization: 'Bearer wrong' }, 401, /not known/],
      ['{}', { authorization: '' }, 401, /needs a token/],
    ];
    for (const [body, change, status, message] of refused) {
      const response = await post(body, headersOf(change));
      const { message: told } = (await response.json()) as Told;
      assert.deepEqual([response.status, message.test(told ?? '')], [status, true], `${status} ${told}`);
    }
    const wire = await post(
      new Uint8Array([0x0a, 0xff, 0xff]),
      headersOf({ 'content-type': 'application/x-protobuf' }),
    );
    assert.deepEqual([wire.status, wire.headers.get('content-type')], [400, 'application/x-protobuf']);
    assert.match(Buffer.from(await wire.arrayBuffer()).toString('latin1'), /not an ExportTraceServiceRequest/);
    assert.equal((await fetch(`${server.url}/v1/traces`, { headers: headersOf() })).status, 404);
  });

  it('bounds what an export can cost', async () => {
    const bomb = gzipSync(Buffer.alloc(bodyLimits.inflatedBytes + 1, 32));
    assert.ok(bomb.length < 100_000);
    assert.equal((await post(bomb, headersOf({ 'content-encoding': 'gzip' }))).status, 413);
    const nested = `${'{"arrayValue":{"values":['.repeat(50_000)}{}${']}}'.repeat(50_000)}`;
    const holder = JSON.stringify(requestOf(spanOf({ attributes: [{ key: 'a', value: 'HERE' }] })));
    const deep = await post(holder.replace('"HERE"', nested));
    assert.deepEqual(
      [deep.status, ((await deep.json()) as Told).message],
      [400, 'Values may be nested 32 levels deep at most.'],
    );
    const many = await send(requestOf(...Array(otlpLimits.spans + 1).fill({})));
    assert.deepEqual([many.status, many.body.message?.includes('at most 10000 spans')], [413, true]);
    const levels = 200;
    let value = Buffer.from([0x0a, 0x01, 0x78]);
    for (let depth = 0; depth < levels; depth += 1) {
      const list = Buffer.concat([Buffer.from([0x0a]), varint(value.length), value]);
      value = Buffer.concat([Buffer.from([0x2a]), varint(list.length), list]);
    }
    const attribute = Buffer.concat([Buffer.from([0x12]), varint(value.length), value]);
    let message = Buffer.concat([Buffer.from([0x4a]), varint(attribute.length), attribute]);
    for (const tag of [0x12, 0x12, 0x0a])
      message = Buffer.concat([Buffer.from([tag]), varint(message.length), message]);
    assert.equal((await post(message, headersOf({ 'content-type': 'application/x-protobuf' }))).status, 400);
    assert.deepEqual(
      server.log.lines.filter(({ level }) => level === 'error'),
      [],
    );
  });

  it('asks for a role in the project', async () => {
    const answers: Record<string, number> = {};
    await server.addMember('viewer', 'vision', 'viewer');
    await server.addMember('contributor', 'vision', 'contributor');
    const tokens = {
      viewer: await server.tokenOf('viewer'),
      contributor: await server.tokenOf('contributor'),
      stranger: await server.tokenOf('stranger'),
      'the job of the project': await server.tokenOf('viewer', { kind: 'run', projectId: 'vision', runId: 'r' }),
    };
    for (const [who, token] of Object.entries(tokens)) {
      answers[who] = (await send(requestOf(spanOf()), { authorization: `Bearer ${token}` })).status;
    }
    assert.deepEqual(answers, { viewer: 403, contributor: 200, stranger: 404, 'the job of the project': 200 });
  });
});

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}
