/** Pages of a search over the MLflow wire: each run once in every order while others arrive, and filters at their limits. */
import assert from 'node:assert/strict';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

type Page = {
  readonly runs?: readonly { readonly info: { readonly run_id: string } }[];
  readonly next_page_token?: string;
  readonly error_code?: string;
  readonly message?: string;
};

describe('pages of a search over the MLflow wire', () => {
  let server: TrackingServer;
  let experimentId: string;
  const first: string[] = [];
  before(async () => {
    server = await startTracking();
    experimentId = (await server.tracking.experiments.create({ name: 'paged', tags: {} }, server.call)).id;
    for (let index = 0; index < 25; index += 1) first.push(await logRun(index));
  });
  after(() => server[Symbol.asyncDispose]());

  /** Every fifth has NaN, every seventh nothing. */
  async function logRun(index: number): Promise<string> {
    const { tracking, call } = server;
    const { run } = await tracking.createRun(
      { experimentId, name: '', userName: '', startedAt: index, tags: {} },
      call,
    );
    const value = index % 5 === 0 ? Number.NaN : index % 4;
    const metrics = index % 7 === 0 ? [] : [{ key: 'm', value, step: 0, timestamp: 0 }];
    await tracking.log({ runId: run.id, metrics, parameters: { p: `v${index % 3}` }, tags: {} }, call);
    return run.id;
  }

  async function search(body: Readonly<Record<string, unknown>>): Promise<Page & { readonly status: number }> {
    const response = await fetch(`${server.url}/api/2.0/mlflow/runs/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
      body: JSON.stringify({ experiment_ids: [experimentId], ...body }),
    });
    return { ...((await response.json()) as Page), status: response.status };
  }

  const orders = [
    [],
    ['metrics.m DESC'],
    ['metrics.m'],
    ['params.p DESC', 'metrics.m'],
    ['start_time'],
    ['tags.none', 'run_name'],
  ];
  for (const order_by of orders) {
    it(`show each run once, ordered by ${order_by.join(', ') || 'age'}, while others arrive`, async () => {
      const seen: string[] = [];
      let token: string | undefined;
      let late = 30;
      do {
        const page = await search({ order_by, max_results: 4, page_token: token });
        seen.push(...(page.runs ?? []).map(({ info }) => info.run_id));
        token = page.next_page_token;
        if (late < 33) await logRun(late);
        late += 1;
      } while (token);
      assert.equal(new Set(seen).size, seen.length, 'none twice');
      const missing = first.filter((id) => !seen.includes(id));
      assert.deepEqual(missing, [], 'none left out');
    });
  }

  it('refuse a token that is not theirs', async () => {
    const { next_page_token: token } = await search({ max_results: 2, order_by: ['metrics.m'] });
    assert.ok(token);
    const forged = [
      { page_token: 'x' },
      { page_token: Buffer.from('{"offset": 2}').toString('base64url') },
      { page_token: token, order_by: ['metrics.m DESC'] },
      { page_token: token, order_by: ['metrics.m'], filter: "params.p = 'v1'" },
    ];
    for (const body of forged) {
      const { status, error_code, message } = await search(body);
      assert.deepEqual([status, error_code], [400, 'INVALID_PARAMETER_VALUE']);
      assert.match(message ?? '', /page token/);
    }
  });

  it('find by as many comparisons as a filter may have, each of another column', async () => {
    const clauses = Array.from({ length: 200 }, (_, index) => `metrics.k${index} >= ${index}`);
    const metrics = clauses.map((_, index) => ({ key: `k${index}`, value: index, step: 0, timestamp: 0 }));
    const runId = first[3] ?? '';
    await server.tracking.log({ runId, metrics, parameters: {}, tags: {} }, server.call);
    const found = await search({
      filter: clauses.join(' AND '),
      order_by: clauses.slice(0, 10).map((_, index) => `metrics.k${index}`),
    });
    assert.deepEqual(
      found.runs?.map(({ info }) => info.run_id),
      [runId],
    );
    const absent = clauses.map((_, index) => `tags.t${index} IS NULL`).join(' AND ');
    assert.ok((await search({ filter: absent })).runs?.length);
  });

  it('refuse filters past their limits, at once', async () => {
    const began = performance.now();
    for (const filter of [
      Array(10_000).fill('m.a=1').join(' AND '),
      Array(5000).fill('metrics.m>1').join(' AND '),
      `params.p = '${'x'.repeat(100_000)}'`,
      "params.p = 'v1",
      "params.p = 'v1' OR 1=1 --",
    ]) {
      const { status, error_code } = await search({ filter });
      assert.deepEqual([status, error_code], [400, 'INVALID_PARAMETER_VALUE']);
    }
    assert.ok(performance.now() - began < 5000);
  });
});
