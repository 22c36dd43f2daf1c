/** Jobs, retries, time-outs, schedules and reports on a real server with real processes. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { CodeRef, Run } from '../../../protocol/model/run.ts';
import { openStore } from '../../../server/adapters/sqlite/openStore.ts';
import { openClient, type TestClient } from '../../harness/client.ts';
import { eventually } from '../../harness/domain.ts';
import { projectWithCode } from '../../harness/projectWithCode.ts';
import { pythonWith } from '../../harness/python.ts';
import { dataFolder, startServer } from '../../harness/server.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';
import { cli } from '../cli/cli.ts';

const projectId = 'digits';
const file = `jobs:
  prepare:
    command: mkdir -p outputs && echo {rows} > outputs/rows.txt
    parameters: { rows: 3 }
  flaky:
    command: exit 3
    retries: { limit: 1, wait: 0s }
    depends-on: [prepare]
  after-flaky:
    command: "true"
    depends-on: [flaky]
  endless:
    command: sleep 600
    timeout: 1s
  weekly:
    report: reports/weekly.ipynb
`;

const cells = [
  '# The week',
  'from pathlib import Path\nvalues = [int(n) for n in Path("numbers.txt").read_text().split()]\nsum(values)',
];
const notebook = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
  cells: [
    { id: 'a', cell_type: 'markdown', metadata: {}, source: cells[0] },
    { id: 'b', cell_type: 'code', metadata: {}, source: cells[1], outputs: [], execution_count: null },
  ],
});
const files = { 'flywheel.yaml': file, 'reports/weekly.ipynb': notebook, 'reports/numbers.txt': '40 2' };

async function ended(api: TestClient, runId: string): Promise<Run> {
  await eventually(async () => (await api.runs.get({ runId })).endedAt !== null, `${runId} ends`);
  return api.runs.get({ runId });
}

describe('jobs on a server', function () {
  this.timeout(240_000);
  const owned = new AsyncDisposableStack();
  let api: TestClient;
  let server: Awaited<ReturnType<typeof startServer>>;
  let code: CodeRef;

  before(async () => {
    server = owned.use(await startServer());
    ({ api } = owned.use(await openClient(server)));
    code = await projectWithCode({ ...server, api }, { id: projectId, files });
  });
  after(() => owned.disposeAsync());

  it('runs a job and its dependency, tries again what fails, and does not run what needed it', async () => {
    const { runs } = await api.jobs.launch({ projectId, job: 'after-flaky', code });
    const [prepare = '', flaky = '', last = ''] = runs.map(({ runId }) => runId);
    assert.equal((await ended(api, prepare)).state, 'succeeded');
    const first = await ended(api, flaky);
    assert.deepEqual([first.state, first.exitCode], ['failed', 3]);
    const dropped = await ended(api, last);
    assert.deepEqual([dropped.state, dropped.reason], ['stopped', 'dependency-failed']);
    assert.match(dropped.detail ?? '', /attempt 2, which it waited for, failed/);
    const { items } = await api.runs.list({ projectId });
    const attempts = items.filter(({ name }) => name.startsWith(first.name));
    assert.equal(attempts.length, 2);
    const preview = await api.runs.previewArtifact({ runId: prepare, path: 'outputs/rows.txt' });
    assert.deepEqual(preview.content, { encoding: 'text', text: '3\n' });
  });

  it('stops a job at its time-out and says so', async () => {
    const { runId } = await api.jobs.launch({ projectId, job: 'endless', code });
    assert.deepEqual([(await ended(api, runId)).reason], ['time-limit']);
  });

  it('finds the runs of a job by the filter of its experiment', async () => {
    const { experimentId } = await api.projects.get({ projectId });
    const found = await api.experiments.search({
      experimentIds: [experimentId],
      filter: "tags.`flywheel.job` = 'flaky'",
    });
    assert.equal(found.total, 2);
  });

  it('executes a notebook in its environment and keeps the report', async function () {
    const python = await pythonWith('notebook', ['nbconvert==7.16.6', 'ipykernel==6.30.1']);
    if ('missing' in python) {
      console.log(`      skipped: ${python.missing}`);
      this.skip();
    }
    const { PATH } = process.env;
    process.env.PATH = `${dirname(python.path)}${delimiter}${PATH}`;
    using restored = new DisposableStack();
    restored.defer(() => {
      process.env.PATH = PATH;
    });
    await using own = await startServer();
    await using client = await openClient(own);
    const pushed = await projectWithCode({ ...own, api: client.api }, { id: projectId, files });
    const { runId } = await client.api.jobs.launch({ projectId, job: 'weekly', code: pushed });
    const run = await endedWithin(client.api, runId, 120_000);
    assert.equal(run.state, 'succeeded', run.detail ?? '');
    const { mediaType, truncated, content } = await client.api.runs.previewArtifact({ runId, path: 'report.html' });
    assert.deepEqual([mediaType, truncated], ['text/html', false]);
    assert.ok(content.encoding === 'text' && /The week/.test(content.text) && />\s*42\s*</.test(content.text));
  });

  it('catches up after an outage by its policy, and forgets nothing of it', async () => {
    await using folder = await dataFolder();
    const schedule = await (async () => {
      await using first = await startServer({ data: folder.path });
      await using client = await openClient(first);
      const pushed = await projectWithCode({ ...first, api: client.api }, { id: projectId, files });
      const work = { kind: 'job' as const, job: 'prepare', code: pushed };
      return await client.api.schedules.create({ projectId, name: 'Hourly', cron: '0 * * * *', work });
    })();
    // As if three hours had gone by while the server was down.
    const store = openStore({ file: join(folder.path, 'flywheel.db') });
    const due = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3 * 3_600_000;
    await store.write(({ schedules }) => schedules.updateSchedule(schedule.id, { nextAt: due }));
    await store.close();
    await using second = await startServer({ data: folder.path });
    await using client = await openClient(second);
    const history = () => client.api.schedules.history({ scheduleId: schedule.id });
    await eventually(async () => (await history()).some(({ outcome }) => outcome === 'launched'), 'it catches up');
    const [launched, missed] = await history();
    assert.deepEqual([missed?.outcome, missed?.count], ['missed', 3]);
    const run = await ended(client.api, launched?.runId ?? '');
    assert.deepEqual([run.state, run.tags['flywheel.schedule']], ['succeeded', schedule.id]);
    assert.ok(((await client.api.schedules.get({ scheduleId: schedule.id })).next[0] ?? 0) > Date.now());
  });

  it('is looked after from the command line', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'flywheel.yaml'), file);
    const env = { FLYWHEEL_URL: server.url, FLYWHEEL_TOKEN: server.token };
    const here = { cwd: folder.path, env };
    const listed = await cli(['job', 'list'], here);
    assert.match(listed.out, /after-flaky +true +flaky/);
    const plan = await cli(['job', 'run', 'prepare', '--project', projectId, '--plan'], here);
    assert.match(plan.out, /prepare .*waits for a place on the tier/);
    const run = await cli(['job', 'run', 'prepare', '--project', projectId, '--param', 'rows=5', '--follow'], here);
    assert.equal(run.code, 0, run.err);
    await writeFile(join(folder.path, 'flywheel.yaml'), `${file}  wrong:\n    tier: small\n`);
    const wrong = await cli(['job', 'list'], here);
    assert.deepEqual([wrong.code, /flywheel\.yaml:\d+: /.test(wrong.err)], [1, true]);
    const made = await api.schedules.create({
      projectId,
      name: 'Nightly',
      cron: '0 3 * * *',
      work: { kind: 'job', job: 'prepare', code },
    });
    assert.match((await cli(['schedule', 'list'], here)).out, /Nightly .*At 03:00, UTC/);
    await cli(['schedule', 'pause', made.id], here);
    assert.equal((await api.schedules.get({ scheduleId: made.id })).paused, true);
    const { out } = await cli(['schedule', 'run', made.id], here);
    assert.equal((await ended(api, out.trim())).state, 'succeeded');
    await cli(['schedule', 'delete', made.id], here);
    assert.deepEqual(await api.schedules.list({}), []);
  });
});

async function endedWithin(api: TestClient, runId: string, ms: number): Promise<Run> {
  for (const deadline = Date.now() + ms; ; ) {
    const run = await ended(api, runId).catch(() => null);
    if (run) return run;
    if (Date.now() > deadline) throw new Error(`${runId} has not ended`);
  }
}
