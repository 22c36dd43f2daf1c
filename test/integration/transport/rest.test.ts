/** REST over the real server: the generated document, downloads and their paths, answers for what is not there. */
import assert from 'node:assert/strict';
import { contractEntries } from '../../../server/transport/http/contractRouter.ts';
import { openClient } from '../../harness/client.ts';
import { startServer, type TestServer } from '../../harness/server.ts';

type Operation = {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly responses: object;
};
type Document = {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly security: readonly unknown[];
  readonly components: { readonly securitySchemes: object; readonly schemas: object };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

describe('REST', () => {
  let server: TestServer;
  let headers: Record<string, string>;
  before(async () => {
    server = await startServer();
    headers = { authorization: `Bearer ${server.token}` };
  });
  after(() => server[Symbol.asyncDispose]());

  const get = (path: string, more: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, { headers: { ...headers, ...more } });

  it('describes every entry in a document whose references all lead somewhere', async () => {
    const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Document;
    assert.match(document.openapi, /^3\.1/);
    assert.deepEqual(Object.keys(document.components.securitySchemes), ['token']);
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    const ids = operations.map(({ operationId }) => operationId);
    assert.equal(new Set(ids).size, ids.length, 'operation ids are not unique');
    for (const { namespace, name } of contractEntries())
      assert.ok(ids.includes(`${namespace}.${name}`), `${namespace}.${name}`);
    for (const operation of operations)
      assert.ok(operation.summary && operation.tags?.length === 1, operation.operationId);
    for (const [, pointer = ''] of JSON.stringify(document).matchAll(/"\$ref":"#([^"]*)"/g)) {
      const found = pointer
        .split('/')
        .slice(1)
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      assert.ok(found, pointer);
    }
    for (const [path, item] of Object.entries(document.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const operation of Object.values(item)) {
        const { parameters = [] } = operation as {
          parameters?: readonly { readonly name: string; readonly in: string }[];
        };
        const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
        assert.deepEqual(declared.sort(), named.sort(), path);
      }
    }
  });

  it('shows a readable page without scripts', async () => {
    const html = await (await fetch(`${server.url}/api`)).text();
    assert.match(html, /<h1>Flywheel API/);
    assert.doesNotMatch(html, /<script/);
    assert.match(html, /\/api\/runs\/{runId}\/logs/);
  });

  it('reads queries as what they mean, and says what is wrong with them', async () => {
    assert.equal((await get('/api/projects?archived=true')).status, 200);
    assert.equal((await get('/api/runs?limit=5&states[]=running&states[]=queued')).status, 200);
    const wrong = await get('/api/runs?limit=0');
    assert.equal(wrong.status, 400);
    const { data } = (await wrong.json()) as { data: { reason: string; field: string } };
    assert.deepEqual({ reason: data.reason, field: data.field }, { reason: 'invalid-input', field: 'limit' });
  });

  it('answers what is not there as JSON', async () => {
    for (const path of ['/nothing', '/api/nothing', '/api/projects/none', '/api/runs/none', '/assets/none.js']) {
      const answer = await get(path);
      assert.equal(answer.status, 404, path);
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/, path);
      assert.equal(((await answer.json()) as { data: { reason: string } }).data.reason, 'not-found', path);
    }
  });

  describe('downloads', () => {
    let run: string;
    const content = Buffer.from(`<svg onload="alert(1)">${'x'.repeat(100_000)}</svg>`);
    before(async () => {
      await using client = await openClient(server);
      const project = await client.api.projects.create({ id: 'downloads' });
      const created = await fetch(`${server.url}/api/2.0/mlflow/runs/create`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ experiment_id: project.experimentId }),
      });
      run = ((await created.json()) as { run: { info: { run_id: string } } }).run.info.run_id;
      const path = `/api/2.0/mlflow-artifacts/artifacts/${project.experimentId}/${run}/artifacts/charts/loss.svg`;
      const put = await fetch(`${server.url}${path}`, { method: 'PUT', body: content, headers });
      assert.equal(put.status, 200, await put.text());
    });

    const download = (path: string, more: Record<string, string> = {}) =>
      get(`/api/runs/${run}/artifacts/file?path=${path}`, more);

    it('arrive whole, as a file that no browser runs', async () => {
      const answer = await download('charts/loss.svg');
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
      assert.equal(answer.headers.get('content-disposition'), 'attachment; filename=loss.svg');
      assert.match(answer.headers.get('content-security-policy') ?? '', /sandbox/);
      assert.ok(content.equals(Buffer.from(await answer.arrayBuffer())));
    });

    it('give ranges', async () => {
      const middle = await download('charts/loss.svg', { range: 'bytes=10-19' });
      assert.equal(middle.status, 206);
      assert.equal(middle.headers.get('content-range'), `bytes 10-19/${content.length}`);
      assert.equal(await middle.text(), content.subarray(10, 20).toString());
      const end = await download('charts/loss.svg', { range: 'bytes=-6' });
      assert.equal(await end.text(), '</svg>');
      assert.equal((await download('charts/loss.svg', { range: `bytes=${content.length}-` })).status, 400);
    });

    const hostile = [
      '../run',
      '..%2f..%2fflywheel.db',
      '%2e%2e%2f%2e%2e%2fflywheel.db',
      '..%5c..%5cflywheel.db',
      '%252e%252e%252fflywheel.db',
      '/etc/passwd',
      '%2fetc%2fpasswd',
      'C:%5cWindows%5cwin.ini',
      'C:/Windows/win.ini',
      'charts/loss.svg%00.png',
      'charts/../../../flywheel.db',
      'charts/./loss.svg',
      'charts//loss.svg',
      'charts/loss.svg.',
      'charts/loss.svg%20',
      'charts/loss.svg%3a%24DATA',
      'file:///x%23/../../etc/passwd',
      '%c0%ae%c0%ae%2fflywheel.db',
      '%ef%bc%8e%ef%bc%8e/flywheel.db',
      '',
      '.',
      '..',
      'charts',
      `${'a'.repeat(4097)}`,
      'CON',
      'nul',
    ];
    for (const path of hostile) {
      it(`refuse the path ${path.slice(0, 40)}`, async () => {
        const answer = await download(path);
        const text = await answer.text();
        assert.ok(answer.status === 400 || answer.status === 404, `${answer.status} ${text.slice(0, 200)}`);
        assert.doesNotMatch(text, /SQLite format|root:/);
      });
    }

    it('give no code of a run that has none, and nothing outside of it', async () => {
      for (const [query, status] of [
        ['path=train.py', 404],
        ['path=train.py&of=base', 404],
        ['path=train.py&of=elsewhere', 400],
        ['path=..%2f..%2fflywheel.db', 400],
        ['', 400],
      ] as const) {
        const answer = await get(`/api/runs/${run}/code/file?${query}`);
        assert.equal(answer.status, status, query);
        assert.doesNotMatch(await answer.text(), /SQLite format/);
      }
      assert.equal((await get('/api/runs/none/code/file?path=a')).status, 404);
      assert.equal((await fetch(`${server.url}/api/runs/${run}/code/file?path=a`)).status, 401);
    });

    it('refuse a path given twice or none, and a run that is not there', async () => {
      assert.equal((await get(`/api/runs/${run}/artifacts/file?path=a&path=b`)).status, 400);
      assert.equal((await get(`/api/runs/${run}/artifacts/file`)).status, 400);
      assert.equal((await get('/api/runs/none/artifacts/file?path=a')).status, 404);
      assert.equal((await get('/api/runs/..%2f..%2f/artifacts/file?path=a')).status, 404);
    });
  });
});
