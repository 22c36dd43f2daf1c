/** A backup taken under load, restored elsewhere and started: everything that was there before is there again. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pack } from 'tar-stream';
import { openClient, type TestClient } from '../../harness/client.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { type SpawnedServer, spawnServer, startServer } from '../../harness/server.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';
import { run as git } from '../git/gitBinary.ts';
import { cli } from './cli.ts';

const environmentId = 'system';
const tierId = 'standard';

/** All that a run left, as a client sees it. */
async function everythingOf(api: TestClient, runId: string) {
  let log = '';
  for await (const chunk of await api.runs.logs({ runId })) if (chunk.kind === 'text') log += chunk.text;
  const { state, metrics, createdAt } = await api.runs.get({ runId });
  return {
    state,
    metrics,
    createdAt,
    log,
    artifact: await api.runs.previewArtifact({ runId, path: 'outputs/result.txt' }),
    code: await api.runs.previewCode({ runId, path: 'job.sh' }),
  };
}

/** Writes to everything that is backed up, until told to stop: metrics, runs, logs, artifacts, code. */
function keepBusy(server: SpawnedServer, api: TestClient, signal: AbortSignal) {
  const post = (path: string, body: unknown) =>
    fetch(`${server.url}/api/2.0/mlflow/runs/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const logging = async () => {
    const { run } = (await (await post('create', { experiment_id: '0' })).json()) as {
      run: { info: { run_id: string } };
    };
    for (let step = 0; !signal.aborted; step += 1) {
      const metrics = [{ key: 'loss', value: step, step, timestamp: step }];
      assert.equal((await post('log-batch', { run_id: run.info.run_id, metrics })).status, 200);
    }
  };
  const pushing = async () => {
    for (let round = 0; !signal.aborted; round += 1) {
      const code = await projectWithCode({ ...server, api }, { id: `busy-${round}`, files: { 'a.txt': `${round}` } });
      const command = 'mkdir -p outputs; seq 1 300000 | tee outputs/result.txt';
      const { id } = await api.runs.launch({ projectId: `busy-${round}`, command, environmentId, tierId, code });
      for await (const chunk of await api.runs.logs({ runId: id })) if (chunk.kind === 'end') break;
    }
  };
  return Promise.all([logging(), logging(), pushing()]);
}

async function launchAndEnd(server: SpawnedServer, api: TestClient): Promise<readonly string[]> {
  const files = { 'job.sh': 'mkdir -p outputs; echo result $1 > outputs/result.txt; seq 1 200000; echo $1\n' };
  const code = await projectWithCode({ ...server, api }, { id: 'kept', files });
  const ids: string[] = [];
  for (const number of [1, 2]) {
    const command = `sh job.sh ${number}`;
    const { id } = await api.runs.launch({ projectId: 'kept', command, environmentId, tierId, code });
    for await (const chunk of await api.runs.logs({ runId: id, tail: 1 })) if (chunk.kind === 'end') break;
    ids.push(id);
  }
  const { id } = await api.runs.launch({
    projectId: 'kept',
    command: 'sleep 600',
    environmentId,
    tierId: 'small',
    code,
  });
  return [...ids, id];
}

describe('backup and restore', function () {
  this.timeout(120_000);

  it('takes a whole server along while it works', async () => {
    await using folder = await temporaryFolder();
    await using server = await spawnServer({ environment: { FLYWHEEL_EXAMPLES: '0' } });
    await using client = await openClient(server);
    const { api } = client;
    const [first = '', second = '', running = ''] = await launchAndEnd(server, api);
    const { secret } = await api.session.createToken({
      name: 'made before',
      scope: { kind: 'user' },
      expiresInDays: 1,
    });
    const before = await Promise.all([first, second].map((id) => everythingOf(api, id)));
    assert.match(before[0]?.log ?? '', /^1\n2\n[\d\n]*\n200000\n1\n$/);

    const stop = new AbortController();
    const busy = keepBusy(server, api, stop.signal);
    const file = join(folder.path, 'all.tar');
    const backedUp = await Promise.race([cli(['backup', file, '--data', server.data]), busy.then(() => null)]);
    stop.abort();
    await busy;
    assert.equal(backedUp?.code, 0, backedUp?.err);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(folder.path), ['all.tar'], 'nothing is left beside it');
    await api.runs.stop({ runId: running });

    const data = join(folder.path, 'restored');
    const restored = await cli(['restore', file, '--data', data]);
    assert.equal(restored.code, 0, restored.err);
    assert.ok(!existsSync(join(data, 'server.json')) && !existsSync(join(data, 'jobs')));
    const audited = await cli(['audit', 'verify', '--data', data]);
    assert.match(audited.out, /^All \d+ events are whole, 1 to \d+\. Newest: [0-9a-f]{64}\n$/, audited.err);
    for (const repository of await readdir(join(data, 'repos'))) {
      const checked = await git(join(data, 'repos', repository), 'fsck', '--no-dangling');
      assert.doesNotMatch(checked.out, /error|missing|broken|fatal/);
    }
    await using again = await startServer({ data });
    await using reader = await openClient({ url: again.url, token: secret });
    assert.deepEqual(await Promise.all([first, second].map((id) => everythingOf(reader.api, id))), before);
    const deadline = Date.now() + 30_000;
    const stateOf = async () => (await reader.api.runs.get({ runId: running })).state;
    while ((await stateOf()) !== 'lost') {
      assert.ok(Date.now() < deadline, 'a run whose job stayed behind is shown as lost');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it('refuses to restore over anything', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'mine.txt'), 'mine');
    const { code, err } = await cli(['restore', join(folder.path, 'mine.txt'), '--data', folder.path]);
    assert.deepEqual([code, /is not empty/.test(err)], [1, true], err);
  });

  /** A database and what is added to it, as an archive. */
  async function archive(file: string, entries: readonly Parameters<ReturnType<typeof pack>['entry']>[0][]) {
    const made = pack();
    for (const entry of entries) made.entry(entry, entry.type === 'file' ? 'x' : '');
    made.finalize();
    await once(made.pipe(createWriteStream(file)), 'close');
  }

  const bad: readonly (readonly [string, (file: string) => Promise<void>, RegExp])[] = [
    ['no archive', (file) => writeFile(file, 'not a tar'.repeat(200)), /could not be restored: /],
    ['a path out', (file) => archive(file, [{ name: '../evil', type: 'file' }]), /it holds "\.\.\/evil"/],
    ['a strange file', (file) => archive(file, [{ name: 'server.json', type: 'file' }]), /it holds "server\.json"/],
    [
      'a link',
      (file) => archive(file, [{ name: 'logs/a', type: 'symlink', linkname: '/etc/passwd' }]),
      /"logs\/a", which is a symlink/,
    ],
    ['half of one', (file) => archive(file, [{ name: 'catalog.json', type: 'file' }]), /it was cut off/],
  ];
  for (const [name, make, line] of bad) {
    it(`restores nothing from ${name}`, async () => {
      await using folder = await temporaryFolder();
      const file = join(folder.path, 'bad.tar');
      await make(file);
      const { code, err } = await cli(['restore', file, '--data', join(folder.path, 'data')]);
      assert.equal(code, 1, err);
      assert.match(err, line);
      assert.deepEqual(await readdir(folder.path), ['bad.tar']);
    });
  }

  it('restores nothing from an archive that lost its end, and says where an event was changed', async () => {
    await using folder = await temporaryFolder();
    const data = join(folder.path, 'data');
    const server = await startServer({ data });
    await using client = await openClient(server);
    for (const id of ['one', 'two', 'three']) await client.api.projects.create({ id });
    await client.close();
    await server.stop();
    const file = join(folder.path, 'all.tar');
    assert.equal((await cli(['backup', file, '--data', data])).code, 0);
    await truncate(file, (await stat(file)).size - 2048);
    const cut = await cli(['restore', file, '--data', join(folder.path, 'cut')]);
    assert.deepEqual([cut.code, /could not be restored/.test(cut.err)], [1, true], cut.err);

    using database = new DatabaseSync(join(data, 'flywheel.db'));
    database.exec(`UPDATE events SET detail = '{"forged":true}' WHERE clock = 2`);
    const { code, err } = await cli(['audit', 'verify', '--data', data]);
    assert.deepEqual([code, /broken at 2:/.test(err)], [1, true], err);
    const json = await cli(['audit', 'verify', '--json', '--data', data]);
    assert.equal(JSON.parse(json.out).firstBroken, 2);
    assert.ok((await readFile(join(data, 'catalog.json'))).length > 0);
  });
});
