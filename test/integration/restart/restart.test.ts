/** A server that is killed in the middle of a run: who follows it sees each line and each metric once. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '../../../client/connection/connection.ts';
import { followLogs } from '../../../client/connection/follow.ts';
import { prepareLaunch } from '../../../client/snapshot/prepareLaunch.ts';
import type { LogChunk } from '../../../protocol/model/run.ts';
import { dataFolder, type SpawnedServer, spawnServer } from '../../harness/server.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';

const root = join(import.meta.dirname, '../../..');
/** One that outlives the server: that of the port file is new at each start. */
const token = `fixed-${randomUUID()}`;
/** With 50 ms and a request to the server between two of them. */
const lines = 60;

async function launchJob(connection: Connection, server: SpawnedServer): Promise<string> {
  await using job = await temporaryFolder();
  await copyFile(join(root, 'test/fixtures/crashJob/job.py'), join(job.path, 'job.py'));
  await copyFile(join(root, 'examples/digits/tracking.py'), join(job.path, 'tracking.py'));
  await connection.ready(AbortSignal.timeout(20_000));
  await connection.client.projects.create({ id: 'restart' });
  const code = await prepareLaunch({ folder: job.path, projectId: 'restart', url: server.url, token });
  const { id } = await connection.client.runs.launch({
    projectId: 'restart',
    command: `python3 job.py ${join(server.data, 'marks.txt')} ${lines}`,
    environmentId: 'system',
    tierId: 'small',
    code,
  });
  return id;
}

type Follow = { readonly runId: string; readonly signal: AbortSignal; readonly onText: (text: string) => void };

/** The chunks in the order they came; `onText` sees all the text so far. */
async function followed(connection: Connection, { runId, signal, onText }: Follow): Promise<readonly LogChunk[]> {
  const chunks: LogChunk[] = [];
  let text = '';
  for await (const chunk of followLogs(connection, { runId, signal })) {
    chunks.push(chunk);
    if (chunk.kind !== 'text') continue;
    text += chunk.text;
    onText(text);
  }
  return chunks;
}

const textOf = (chunks: readonly LogChunk[]) =>
  chunks.map((chunk) => (chunk.kind === 'text' ? chunk.text : `<${chunk.kind}>`)).join('');

describe('a server killed in the middle of a run', function () {
  this.timeout(120_000);

  it('is followed across the restart, each line and each metric once', async () => {
    await using folder = await dataFolder();
    await using first = await spawnServer({ data: folder.path, environment: { FLYWHEEL_TOKEN: token } });
    const port = Number(new URL(first.url).port);
    const connection = new Connection({ client: { name: 'test', version: '1' }, random: () => 0 });
    await using owned = new AsyncDisposableStack();
    owned.defer(() => connection.stop());
    connection.connect({ url: first.url, token });
    const runId = await launchJob(connection, first);

    const middle = Promise.withResolvers<void>();
    const onText = (text: string) => {
      if (text.includes(`line ${lines / 3}\n`)) middle.resolve();
    };
    const all = followed(connection, { runId, signal: AbortSignal.timeout(90_000), onText });
    await Promise.race([middle.promise, all]);
    await first.kill();
    await using second = await spawnServer({ data: folder.path, port, environment: { FLYWHEEL_TOKEN: token } });
    assert.equal(second.url, first.url);
    const startedAgain = Date.now();

    const chunks = await all;
    const expected = Array.from({ length: lines }, (_, line) => line);
    assert.equal(textOf(chunks), `${expected.map((line) => `line ${line}\n`).join('')}<end>`);
    const run = await connection.client.runs.get({ runId });
    assert.deepEqual([run.state, run.exitCode], ['succeeded', 0], `${run.reason}: ${run.detail}`);
    assert.ok((run.endedAt ?? 0) > startedAgain, 'the job went on after the restart');
    const [curve] = await connection.client.runs.history({ runIds: [runId], keys: ['progress'] });
    assert.deepEqual([curve?.steps, curve?.total], [expected, lines]);
    const marks = await readFile(join(folder.path, 'marks.txt'), 'utf8');
    assert.deepEqual(marks.trim().split('\n'), [runId], 'the job started once');
  });
});
