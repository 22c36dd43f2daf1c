/** The stock Python client against the wire, as a laptop and as a launched job use it. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { mlflowPython } from '../../harness/mlflowPython.ts';
import { type Python, pythonWith, runPython } from '../../harness/python.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';
import { startTracking, type TrackingServer } from '../../harness/tracking.ts';
import { startReceiver } from '../../harness/webhookReceiver.ts';

const scripts = join(import.meta.dirname, 'clients');

function python(context: Mocha.Context, made: Python): { readonly path: string } {
  if ('path' in made) return made;
  console.log(`      skipped: ${made.missing}`);
  return context.skip();
}

/** Telemetry of the client would look for its maker's servers. */
const quick = {
  MLFLOW_DISABLE_TELEMETRY: 'true',
  MLFLOW_HTTP_REQUEST_MAX_RETRIES: '2',
  MLFLOW_HTTP_REQUEST_TIMEOUT: '20',
  GIT_PYTHON_REFRESH: 'quiet',
  // Which packages a model needs is found out by loading it in another process, whose outcome is nothing of ours.
  MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT: '3',
};

async function runClient(
  script: string,
  made: { readonly path: string },
  environment: Readonly<Record<string, string>>,
) {
  await using cwd = await temporaryFolder();
  return await runPython(made, {
    args: [join(scripts, script)],
    environment: { ...quick, ...environment },
    cwd: cwd.path,
  });
}

describe('the Python client', function () {
  this.timeout(600_000);
  let newest: Python;
  let older: Python;
  let server: TrackingServer;
  before(async () => {
    newest = await mlflowPython('newest');
    older = await mlflowPython('2.x');
    server = await startTracking();
  });
  after(() => server[Symbol.asyncDispose]());

  it('logs from a laptop', async function () {
    const environment = { MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: server.token };
    const { code, output } = await runClient('laptop.py', python(this, newest), environment);
    assert.equal(code, 0, output);
    assert.match(output, /^done [0-9a-f]{32}$/m);
    assert.deepEqual(
      server.log.lines.filter(({ level }) => level === 'error'),
      [],
    );
  });

  it('logs with a user name and a password as well', async function () {
    const environment = {
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_TRACKING_USERNAME: 'me',
      MLFLOW_TRACKING_PASSWORD: server.token,
    };
    const made = python(this, newest);
    const script = 'import mlflow\nwith mlflow.start_run(run_name="basic"): mlflow.log_metric("a", 1)\nprint("done")';
    const { code, output } = await runPython(made, { args: ['-c', script], environment });
    assert.equal(code, 0, output);
  });

  it('is told at once that its token is wrong', async function () {
    const environment = { MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: 'wrong' };
    const started = Date.now();
    const made = python(this, newest);
    const { code, output } = await runPython(made, { args: ['-c', 'import mlflow; mlflow.start_run()'], environment });
    assert.notEqual(code, 0);
    assert.match(output, /UNAUTHENTICATED|401/);
    assert.ok(Date.now() - started < 60_000, 'without retries');
  });

  it('logs into its own run from a launched job', async function () {
    const made = python(this, newest);
    await server.addProject('jobs');
    const experimentId = (await server.tracking.experiments.byName('jobs')).id;
    const run = await server.addLaunchedRun({ id: 'f'.repeat(32), projectId: 'jobs', experimentId });
    const token = await server.store.write((stores) => server.access.mintRunToken(stores, run));
    const { code, output } = await runClient('job.py', made, {
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_TRACKING_TOKEN: token,
      MLFLOW_RUN_ID: run.id,
      MLFLOW_EXPERIMENT_ID: experimentId,
    });
    assert.equal(code, 0, output);
    const { run: stored, values } = await server.tracking.run(run.id);
    assert.deepEqual([stored.state, stored.endedAt, stored.name], ['running', null, 'launched']);
    assert.deepEqual([values.parameters.depth, values.metrics.loss?.count], ['3', 5]);
    const fromJob = await server.tracking.experiments.byName('made-by-the-job');
    assert.equal(fromJob.projectId, 'jobs');
  });

  it('traces a program', async function () {
    const environment = { MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: server.token };
    const { code, output } = await runClient('tracing.py', python(this, newest), environment);
    assert.equal(code, 0, output);
    const id = /^done (tr-[0-9a-f]{32})$/m.exec(output)?.[1] ?? '';
    const { trace } = await server.traces.get(id);
    assert.deepEqual([trace.described, trace.spans, trace.tags.kind], [true, 1, 'threaded']);
  });

  it('traces a program of the 2.x line', async function () {
    const pinned = ['mlflow-skinny==2.22.4', 'pandas', 'opentelemetry-api==1.30.0', 'opentelemetry-sdk==1.30.0'];
    const made = python(this, await pythonWith('mlflow-2', pinned));
    const environment = { MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: server.token };
    const { code, output } = await runClient('tracing2.py', made, environment);
    assert.equal(code, 0, output);
  });

  it('manages webhooks', async function () {
    await using receiver = await startReceiver();
    const made = python(this, newest);
    const { code, output } = await runPython(made, {
      args: [join(scripts, 'webhooks.py'), receiver.url],
      environment: { ...quick, MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: server.token },
    });
    assert.equal(code, 0, output);
    const [got] = receiver.received;
    assert.match(String(got?.headers['x-mlflow-signature']), /^v1,[A-Za-z0-9+/]{43}=$/);
    assert.match(got?.body ?? '', /"entity":"model_version_tag","action":"set"/);
  });

  const clients = [
    ['newest', () => newest],
    ['2.x', () => older],
  ] as const;
  for (const [version, made] of clients) {
    for (const script of ['models.py', 'autolog.py']) {
      it(`runs ${script} with the ${version} client`, async function () {
        const environment = { MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: server.token };
        const { code, output } = await runClient(script, python(this, made()), environment);
        assert.equal(code, 0, output);
        assert.match(output, /^done$/m);
      });
    }
  }

  it('runs loggedModels.py with the newest client', async function () {
    const environment = { MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: server.token };
    const { code, output } = await runClient('loggedModels.py', python(this, newest), environment);
    assert.equal(code, 0, output);
  });

  it('sends a large file in parts', async function () {
    const environment = {
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_TRACKING_TOKEN: server.token,
      MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE: '1000000',
      MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE: '5242880',
    };
    const { code, output } = await runClient('largeFile.py', python(this, newest), environment);
    assert.equal(code, 0, output);
    assert.deepEqual(await readdir(join(server.artifactFolder, '.multipart')), [], 'nothing of it is left');
  });
});
