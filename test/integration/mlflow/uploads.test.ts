/** Uploads over the wire: in parts and whole, cut, slow, large; and who may send what where. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { eventually } from '../../harness/domain.ts';
import { type Answer, assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { rawClient } from '../../harness/rawSocket.ts';
import { spawnServer } from '../../harness/server.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

const api = '/api/2.0/mlflow-artifacts';
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('uploads over the MLflow wire', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  let run: string;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
    run = await client.createRun();
  });
  after(() => server[Symbol.asyncDispose]());

  const call = async (verb: string, folder: string, fields: object): Promise<Answer> => {
    const init = { method: 'POST', body: JSON.stringify(fields), headers: { 'content-type': 'application/json' } };
    const response = await client.request(`${api}/mpu/${verb}/${folder}`, init);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  };
  const begin = async (path: string, num_parts: number, folder = `0/${run}/artifacts/models`) => {
    const { body } = await call('create', folder, { path, num_parts });
    assert.ok(body.upload_id && body.credentials, JSON.stringify(body));
    return { upload_id: body.upload_id, urls: body.credentials.map(({ url }) => url) };
  };
  const get = async (path: string) => {
    const response = await client.request(`${api}/artifacts/0/${run}/artifacts/${path}`);
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const openUploads = () => readdir(join(server.artifactFolder, '.multipart'));

  it('makes a file of parts that are sent without a token', async () => {
    const bytes = randomBytes(3_000_000);
    const { upload_id, urls } = await begin('C:\\data\\big.bin', 3);
    const parts = await Promise.all(
      urls.map(async (url, index) => {
        const body = bytes.subarray(index * 1_000_000, (index + 1) * 1_000_000);
        const response = await fetch(url, { method: 'PUT', body });
        assert.equal(response.status, 200);
        return { part_number: index + 1, etag: response.headers.get('etag'), url };
      }),
    );
    const fields = { path: 'C:\\data\\big.bin', upload_id, parts: parts.toReversed() };
    assert.deepEqual((await call('complete', `0/${run}/artifacts/models`, fields)).body, {});
    assert.equal(sha256((await get('models/big.bin')).bytes), sha256(bytes));
    assert.deepEqual(await openUploads(), []);
    assert.ok(server.touched.some(({ runId }) => runId === run));
  });

  it('takes parts into a logged model as well', async () => {
    const { model } = await client.done('logged-models', { experiment_id: '0' });
    const folder = `0/models/${model?.info.model_id}/artifacts`;
    const { upload_id, urls } = await begin('weights.bin', 1, folder);
    const etag = (await fetch(urls[0] ?? '', { method: 'PUT', body: 'w' })).headers.get('etag');
    const done = await call('complete', folder, { path: 'weights.bin', upload_id, parts: [{ part_number: 1, etag }] });
    assert.equal(done.status, 200);
    assert.equal(await (await client.request(`${api}/artifacts/${folder}/weights.bin`)).text(), 'w');
  });

  it('takes a part from whoever has its key, and from nobody else', async () => {
    const { upload_id, urls } = await begin('keyed.bin', 2);
    const url = new URL(urls[0] ?? '');
    const { upload_id: other } = await begin('other.bin', 2);
    const spoiled = [
      [url.pathname, 404],
      [`${url.pathname}?key=wrong`, 404],
      [`${url.pathname.replace(upload_id, other)}${url.search}`, 404],
      [`${url.pathname.replace(upload_id, '..')}${url.search}`, 404],
      [`${url.pathname}/x${url.search}`, 404],
      [`${url.pathname.replace(/1$/, '3')}${url.search}`, 400],
      [`${url.pathname.replace(/1$/, '0')}${url.search}`, 400],
      [`${url.pathname.replace(/1$/, '..%2f1')}${url.search}`, 400],
    ] as const;
    for (const [path, status] of spoiled) {
      const response = await client.request(path, { method: 'PUT', body: 'x' });
      assert.equal(response.status, status, path);
    }
    assert.deepEqual(await readdir(join(server.artifactFolder, '.multipart', upload_id)), ['upload.json']);
    assert.equal((await fetch(url)).status, 401, 'it is for sending only');
    for (const id of [upload_id, other]) {
      const path = id === upload_id ? 'keyed.bin' : 'other.bin';
      assert.equal((await call('abort', `0/${run}/artifacts/models`, { path, upload_id: id })).status, 200);
    }
    assert.equal((await fetch(url, { method: 'PUT', body: 'late' })).status, 404);
  });

  it('completes and aborts only the upload of the file that the call names', async () => {
    const { upload_id, urls } = await begin('mine.bin', 1);
    const etag = (await fetch(urls[0] ?? '', { method: 'PUT', body: 'x' })).headers.get('etag');
    const fields = { path: 'mine.bin', upload_id, parts: [{ part_number: 1, etag }] };
    const elsewhere = await client.createRun();
    for (const verb of ['complete', 'abort']) {
      for (const [folder, change] of [
        [`0/${elsewhere}/artifacts/models`, {}],
        [`0/${run}/artifacts`, {}],
        [`0/${run}/artifacts/models`, { path: 'yours.bin' }],
        [`0/${run}/artifacts/models`, { upload_id: 'none' }],
      ] as const) {
        assertRefused(await call(verb, folder, { ...fields, ...change }), 'RESOURCE_DOES_NOT_EXIST');
      }
    }
    const at = `0/${run}/artifacts/models`;
    for (const parts of [
      [],
      [{ part_number: 2, etag }],
      [
        { part_number: 1, etag },
        { part_number: 1, etag },
      ],
      [{ part_number: 1, etag: 'other' }],
      [{ part_number: 1 }],
      'all',
    ]) {
      assertRefused(await call('complete', at, { ...fields, parts }), 'INVALID_PARAMETER_VALUE');
    }
    assert.equal((await call('complete', at, fields)).status, 200);
    assertRefused(await call('complete', at, fields), 'RESOURCE_DOES_NOT_EXIST');
  });

  it('begins none outside of what exists, by any spelling', async () => {
    const folders = [
      ...['..', '%2e%2e', '..%2f..', '%252e%252e', 'a//b', 'a%5cb', '.', 'a%00b', '%2fetc', 'C:', 'a/'].map(
        (part) => `0/${run}/artifacts/${part}`,
      ),
      ...[
        `0/${run}/elsewhere`,
        `0/${run}`,
        '0',
        '..',
        `1/${run}/artifacts`,
        '0/models/m-none/artifacts',
        '0/models/artifacts',
      ],
    ];
    for (const folder of folders) {
      for (const path of ['x', '../x', '..', '.', '']) {
        const { status } = await call('create', folder, { path, num_parts: 1 });
        const isPlain = folder.endsWith('%252e%252e') && (path === 'x' || path === '../x');
        assert.ok(isPlain ? status === 200 : status === 400 || status === 404, `${folder} ${path}: ${status}`);
      }
    }
    for (const num_parts of [0, -1, 10_001, 1.5, 'x', null]) {
      const answer = await call('create', `0/${run}/artifacts`, { path: 'x', num_parts });
      assertRefused(answer, 'INVALID_PARAMETER_VALUE', /num_parts/);
    }
    const most = await begin('many.bin', 10_000);
    assert.equal(new Set(most.urls).size, 10_000);
    const deleted = await client.createRun();
    await client.done('runs/delete', { run_id: deleted });
    const late = await call('create', `0/${deleted}/artifacts`, { path: 'x', num_parts: 1 });
    assertRefused(late, 'INVALID_PARAMETER_VALUE', /must be in the 'active' state/);
  });

  it('takes a file from a page up to its limit, and none past it', async () => {
    const put = async (bytes: number, path = 'page.bin') => {
      const query = new URLSearchParams({ run_uuid: run, path });
      const init = { method: 'POST', body: new Uint8Array(bytes) };
      return await client.request(`/ajax-api/2.0/mlflow/upload-artifact?${query}`, init);
    };
    assert.equal((await put(10 * 1024 * 1024)).status, 200);
    const refused = await put(10 * 1024 * 1024 + 1, 'larger.bin');
    assert.equal(refused.status, 400);
    assert.equal((await get('larger.bin')).status, 404);
    for (const path of ['../x', '/x', 'a//b', '']) assert.equal((await put(1, path)).status, 400, path);
    const page = await client.request(`/get-artifact?run_uuid=${run}&path=page.bin`);
    assert.equal((await page.arrayBuffer()).byteLength, 10 * 1024 * 1024);
    for (const path of ['..%2f..%2fflywheel.db', '%2fetc%2fpasswd', '%252e%252e', '.']) {
      const response = await client.request(`/get-artifact?run_id=${run}&path=${path}`);
      assert.ok(response.status === 400 || response.status === 404, path);
    }
  });

  it('waits for a body that comes a byte at a time', async () => {
    const { hostname, port } = new URL(server.url);
    const bytes = randomBytes(500);
    const headers = { authorization: `Bearer ${server.token}`, 'content-length': bytes.length };
    const path = `${api}/artifacts/0/${run}/artifacts/slow.bin`;
    const status = await new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method: 'PUT', path, headers }, (response) =>
        resolve(response.statusCode),
      );
      sent.on('error', reject).setNoDelay(true);
      void (async () => {
        for (const byte of bytes) await new Promise((next) => sent.write(Buffer.of(byte), next));
        sent.end();
      })();
    });
    assert.equal(status, 200);
    assert.deepEqual((await get('slow.bin')).bytes, bytes);
  });

  it('keeps nothing of a part that was cut, and no byte past its length', async () => {
    const { upload_id, urls } = await begin('cut.bin', 1);
    const { port, pathname, search } = new URL(urls[0] ?? '');
    using cut = await rawClient(Number(port));
    cut.socket.write(
      `PUT ${pathname}${search} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(5000)}`,
    );
    cut.socket.end();
    await cut.closed();
    const etag = createHash('md5').update('abc').digest('hex');
    using long = await rawClient(Number(port));
    long.socket.write(`PUT ${pathname}${search} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcdefghij`);
    assert.match(await long.until('\r\n\r\n'), /^HTTP\/1.1 (200|400)/);
    const folder = join(server.artifactFolder, '.multipart', upload_id);
    const whole = ['upload.json', `1-${etag}`];
    await eventually(async () => (await readdir(folder)).every((name) => whole.includes(name)), 'only whole parts');
    await call('abort', `0/${run}/artifacts/models`, { path: 'cut.bin', upload_id });
    assert.deepEqual(
      server.log.lines.filter(({ level }) => level === 'error'),
      [],
    );
  });
});

/** FLYWHEEL_LARGE_GB says how large; a gigabyte shows the same in a fifth of the time and of the disk. */
const gigabytes = Number(process.env['FLYWHEEL_LARGE_GB'] ?? 1);

describe('a large upload over the MLflow wire', function () {
  this.timeout(gigabytes * 120_000);

  it(`streams ${gigabytes} GB in and out, whole and in parts, in constant memory`, async () => {
    await using server = await spawnServer();
    const client = new MlflowClient(server);
    const run = await client.createRun();
    const piece = new Uint8Array(1024 * 1024);
    const count = gigabytes * 1024;
    const zeros = (pieces: number) => ReadableStream.from(Array(pieces).fill(piece)) as ReadableStream<Uint8Array>;
    const put = (url: string, pieces: number) =>
      fetch(url, {
        ...{ method: 'PUT', body: zeros(pieces), duplex: 'half' },
        headers: { authorization: `Bearer ${server.token}`, 'content-length': String(pieces * piece.length) },
      } as RequestInit);
    const peak = async () =>
      Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024;
    await put(`${server.url}${api}/artifacts/0/${run}/artifacts/warm.bin`, 64);
    const before = await peak();
    const file = `${server.url}${api}/artifacts/0/${run}/artifacts/large.bin`;
    assert.equal((await put(file, count)).status, 200);
    let read = 0;
    const { body } = await client.request(`${api}/artifacts/0/${run}/artifacts/large.bin`);
    for await (const part of body ?? []) read += (part as Uint8Array).length;
    assert.equal(read, count * piece.length);
    await client.request(`${api}/artifacts/0/${run}/artifacts/large.bin`, { method: 'DELETE' });
    const fields = { path: 'parts.bin', num_parts: 4 };
    const headers = { 'content-type': 'application/json' };
    const ask = (verb: string, body: object) =>
      client.request(`${api}/mpu/${verb}/0/${run}/artifacts`, { method: 'POST', headers, body: JSON.stringify(body) });
    const begun = (await (await ask('create', fields)).json()) as Required<Answer['body']>;
    const parts: object[] = [];
    for (const { url, part_number } of begun.credentials) {
      parts.push({ part_number, etag: (await put(url, count / 4)).headers.get('etag') });
    }
    assert.equal((await ask('complete', { path: 'parts.bin', upload_id: begun.upload_id, parts })).status, 200);
    const grown = (await peak()) - before;
    console.log(`      peak memory grew by ${grown.toFixed(0)} MB over ${before.toFixed(0)} MB`);
    assert.ok(grown < 150, `${grown} MB`);
  });
});
