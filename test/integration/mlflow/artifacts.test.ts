/** The artifact proxy: bytes in and out, and nothing outside of a run by any spelling of a path. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { assertRefused, MlflowClient } from '../../harness/mlflowClient.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';

const proxy = '/api/2.0/mlflow-artifacts/artifacts';

describe('the artifact proxy', () => {
  let server: TrackingServer;
  let client: MlflowClient;
  let run: string;
  before(async () => {
    server = await startTracking();
    client = new MlflowClient(server);
    run = await client.createRun();
  });
  after(() => server[Symbol.asyncDispose]());

  const put = (path: string, body: string | Uint8Array<ArrayBuffer>) =>
    client.request(`${proxy}/0/${run}/artifacts/${path}`, { method: 'PUT', body });

  /** With a path that no HTTP library would leave as it is. */
  async function raw(method: string, path: string): Promise<{ readonly status: number; readonly text: string }> {
    const { hostname, port } = new URL(server.url);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent: ClientRequest = request({
        hostname,
        port,
        method,
        path,
        headers: { authorization: `Bearer ${server.token}` },
      });
      sent
        .on('response', resolve)
        .on('error', reject)
        .end(method === 'PUT' ? 'stolen' : undefined);
    });
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    return { status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString() };
  }

  it('gives back the bytes that it was given, as a download', async () => {
    const bytes = randomBytes(5 * 1024 * 1024 + 7);
    assert.deepEqual(await (await put('model/a%20b/%C3%A9.bin', bytes)).json(), {});
    const response = await client.request(
      `/ajax-api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/model/a%20b/%C3%A9.bin`,
    );
    const back = Buffer.from(await response.arrayBuffer());
    assert.equal(createHash('sha256').update(back).digest('hex'), createHash('sha256').update(bytes).digest('hex'));
    assert.equal(response.headers.get('content-type'), 'application/octet-stream');
    assert.match(response.headers.get('content-disposition') ?? '', /^attachment; filename\*=UTF-8''%C3%A9\.bin$/);
    assert.ok(
      server.touched.some(({ runId }) => runId === run),
      'whoever watches hears of files',
    );
  });

  it('lists by the root of the run in one call and by name in the other', async () => {
    await put('list/one.txt', '1');
    await put('list/two/three.txt', '333');
    const listed = await client.get('artifacts/list', { run_id: run, path: 'list' });
    assert.deepEqual(listed.body, {
      root_uri: `mlflow-artifacts:/0/${run}/artifacts`,
      files: [
        { path: 'list/one.txt', is_dir: false, file_size: 1 },
        { path: 'list/two', is_dir: true },
      ],
    });
    const names = await client.request(`${proxy}?path=0/${run}/artifacts/list`);
    assert.deepEqual(await names.json(), {
      files: [
        { path: 'one.txt', is_dir: false, file_size: 1 },
        { path: 'two', is_dir: true },
      ],
    });
    assert.deepEqual((await client.get('artifacts/list', { run_id: run, path: 'nowhere' })).body.files, undefined);
    assert.deepEqual(await (await client.request(`${proxy}?path=0/${run}/artifacts/nowhere`)).json(), {});
  });

  it('deletes a file and a folder, and never the root', async () => {
    await put('gone/a', 'a');
    assert.equal((await raw('DELETE', `${proxy}/0/${run}/artifacts/gone`)).status, 200);
    assert.equal((await raw('GET', `${proxy}/0/${run}/artifacts/gone/a`)).status, 404);
    for (const path of [
      '',
      '/',
      '/.',
      '/0',
      `/0/${run}`,
      `/0/${run}/artifacts`,
      `/0/${run}/artifacts/`,
      `/0/${run}/artifacts/.`,
    ]) {
      assert.equal((await raw('DELETE', `${proxy}${path}`)).status, 400, path);
    }
    assert.ok((await readdir(join(server.artifactFolder, '0', run, 'artifacts'))).length > 0);
  });

  it('lets no spelling of a path leave the run', async () => {
    const canary = join(server.artifactFolder, '..', 'canary.txt');
    await writeFile(canary, 'canary');
    await put('inside.txt', 'inside');
    const climbs = [
      ...[
        '..',
        '%2e%2e',
        '%252e%252e',
        '..%2f..',
        '.%2e',
        '%c0%ae%c0%ae',
        '%uff0e%uff0e',
        '．．',
        '..;',
        '..\\..',
        '..%5c..',
      ],
      ...[
        '/etc/passwd',
        '//etc/passwd',
        '%2fetc%2fpasswd',
        'C:/x',
        'C:%5cx',
        'a%00b',
        '%00',
        '.',
        './x',
        'a/./b',
        'a//b',
      ],
      ...[
        'x%0d%0aSet-Cookie:a=b',
        'a/',
        '%',
        '%zz',
        'NUL.',
        'trailing%20',
        'a'.repeat(5000),
        `${'a/'.repeat(2100)}b`,
        '~/x',
        '$HOME',
      ],
    ].flatMap((part) => [part, `${part}/canary.txt`, `${part}/../../../../canary.txt`, `${part}%2fcanary.txt`]);
    for (const path of climbs) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const { status, text } = await raw(
          method,
          `${proxy}/0/${run}/artifacts/${encodeURI(path).replaceAll('%25', '%')}`,
        );
        assert.ok(
          status === 400 || status === 404 || (status === 200 && method !== 'GET'),
          `${method} ${path}: ${status}`,
        );
        assert.ok(!text.includes('canary') || status >= 400, `${method} ${path}`);
        assert.doesNotMatch(text, /root:x:/);
      }
      const asked = await client.get('artifacts/list', { run_id: run, path });
      assert.ok(asked.status === 400 || asked.body.files === undefined, `list ${path}`);
    }
    assert.equal(await readFile(canary, 'utf8'), 'canary');
    assert.deepEqual(
      (await readdir(server.artifactFolder)).filter((name) => name !== '.uploads'),
      ['0'],
    );
  });

  it('keeps a twice encoded path what it is after one decoding', async () => {
    await put('%2541.txt', 'percent');
    const names = (await client.get('artifacts/list', { run_id: run })).body.files?.map(({ path }) => path);
    assert.ok(names?.includes('%41.txt'), String(names));
    assert.equal((await raw('GET', `${proxy}/0/${run}/artifacts/A.txt`)).status, 404);
  });

  it('follows no link inside a run', async () => {
    const folder = join(server.artifactFolder, '0', run, 'artifacts');
    await mkdir(folder, { recursive: true });
    await symlink('/etc', join(folder, 'link'));
    assert.notEqual((await raw('GET', `${proxy}/0/${run}/artifacts/link/passwd`)).status, 200);
    assert.notEqual((await raw('PUT', `${proxy}/0/${run}/artifacts/link/made`)).status, 200);
  });

  it('needs the run to lie where the address says', async () => {
    for (const path of [`1/${run}/artifacts/x`, `0/${'0'.repeat(32)}/artifacts/x`]) {
      for (const method of ['GET', 'PUT', 'DELETE'])
        assert.equal((await raw(method, `${proxy}/${path}`)).status, 404, path);
    }
    assert.equal((await raw('PUT', `${proxy}/0/${run}/elsewhere/x`)).status, 400);
    assert.equal((await raw('PATCH', `${proxy}/0/${run}/artifacts/x`)).status, 404);
  });

  it('takes nothing into a deleted run', async () => {
    const deleted = await client.createRun();
    await client.done('runs/delete', { run_id: deleted });
    const { status, text } = await raw('PUT', `${proxy}/0/${deleted}/artifacts/x`);
    assert.equal(status, 400);
    assert.match(text, /must be in the 'active' state/);
  });

  it('leaves nothing of an upload that was cut off', async () => {
    const { hostname, port } = new URL(server.url);
    const path = `${proxy}/0/${run}/artifacts/cut.bin`;
    const headers = { authorization: `Bearer ${server.token}`, 'content-length': 1_000_000 };
    const sent = request({ hostname, port, method: 'PUT', path, headers });
    const ended = new Promise((resolve) => sent.on('error', resolve));
    sent.write(Buffer.alloc(200_000), () => sent.destroy(new Error('cut')));
    await ended;
    assert.equal((await raw('GET', path)).status, 404);
    await put('after.txt', 'still serving');
    assert.deepEqual(
      server.log.lines.filter(({ level }) => level === 'error'),
      [],
    );
  });

  it('refuses what it cannot do yet', async () => {
    const answer = await client.get('artifacts/list', { run_id: run, path: '../x' });
    assertRefused(answer, 'INVALID_PARAMETER_VALUE', /Invalid path/);
    const response = await client.request(`/api/2.0/mlflow-artifacts/presigned/0/${run}/artifacts/x`);
    assert.equal(response.status, 501);
  });
});
