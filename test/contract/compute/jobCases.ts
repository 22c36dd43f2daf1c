/** The promises that every backend keeps, also one in memory: commands are only `echo`, `sleep` and `exit`. */
import assert from 'node:assert/strict';
import {
  type ComputeTarget,
  codeFile,
  endOf,
  jobSpec,
  type OpenTarget,
  openTarget,
  outputOf,
  patience,
  run,
  stateWhere,
  systemRevision,
} from './computeTarget.ts';

export function describeJobs(target: ComputeTarget): void {
  describe(`jobs on ${target.name}`, () => {
    let open: OpenTarget;
    before(async function () {
      open = await openTarget(this, target);
    });
    after(() => open?.close());

    describeStates(() => open);
    describeIdentity(() => open);
    describeStreams(() => open);
  });
}

function describeStates(open: () => OpenTarget): void {
  it('reports a host that can be used', async () => {
    const probe = await open().backend.probe();
    assert.equal(probe.available, true);
    assert.ok(probe.cpus >= 1 && probe.memoryMiB > 0);
  });

  it('ends a good command with exit code 0 and no reason', async () => {
    const { end, output } = await run(open().backend, jobSpec('echo hello'));
    assert.deepEqual([end.exitCode, end.reason], [0, null]);
    assert.equal(output.text, 'hello\n');
    assert.ok(end.startedAt !== null && end.endedAt >= end.startedAt);
  });

  it('keeps the exit code of a bad one', async () => {
    const { end } = await run(open().backend, jobSpec('echo x; exit 7'));
    assert.deepEqual([end.exitCode, end.reason], [7, 'exit-code']);
  });

  it('names a command that does not exist', async () => {
    const { end } = await run(open().backend, jobSpec('nosuchcommand --flag'));
    assert.deepEqual([end.exitCode, end.reason], [127, 'command-not-found']);
    assert.match(end.detail ?? '', /nosuchcommand/);
  });

  it('says the current state first, and again to whoever asks after the end', async () => {
    const { backend } = open();
    const handle = await backend.submit(jobSpec('sleep 0.05'));
    const first = await stateWhere(backend, handle, () => true);
    assert.ok(first.kind === 'starting' || first.kind === 'running');
    const end = await endOf(backend, handle);
    assert.deepEqual(await stateWhere(backend, handle, () => true), end);
  });

  it('stops watching when the watcher leaves', async () => {
    const { backend } = open();
    const handle = await backend.submit(jobSpec('sleep 20'));
    const leaving = new AbortController();
    for await (const state of backend.watch(handle, { signal: leaving.signal })) {
      if (state.kind === 'running') leaving.abort();
    }
    await backend.stop(handle, { graceMs: 0 });
    assert.equal((await endOf(backend, handle)).reason, 'stopped-by-user');
  });

  it('stops a job, and a second request is harmless', async () => {
    const { backend } = open();
    const handle = await backend.submit(jobSpec('sleep 60'));
    await stateWhere(backend, handle, ({ kind }) => kind === 'running');
    await backend.stop(handle, { graceMs: 5000 });
    await backend.stop(handle, { graceMs: 5000 });
    assert.equal((await endOf(backend, handle)).reason, 'stopped-by-user');
    await backend.stop(handle, { graceMs: 5000 });
  });
}

function describeIdentity(open: () => OpenTarget): void {
  it('finds the first job when a run is submitted again, reading its code once', async () => {
    const { backend } = open();
    let reads = 0;
    const spec = {
      ...jobSpec('echo once'),
      async *code() {
        reads += 1;
        yield codeFile('a.txt', 'a');
      },
    };
    const first = await backend.submit(spec);
    const end = await endOf(backend, first);
    assert.equal(await backend.submit(spec), first);
    assert.deepEqual(await endOf(backend, first), end);
    assert.equal(reads, 1);
  });

  it('lists and finds jobs until they are removed', async () => {
    const { backend } = open();
    const spec = jobSpec('echo here');
    const handle = await backend.submit(spec);
    assert.equal(await backend.find(spec.runId), handle);
    assert.ok((await backend.list()).includes(spec.runId));
    await endOf(backend, handle);
    await backend.remove(handle);
    await backend.remove(handle);
    assert.equal(await backend.find(spec.runId), null);
    assert.ok(!(await backend.list()).includes(spec.runId));
  });

  it('says absent of a job it does not have, and has no output for it', async () => {
    const { backend } = open();
    const handle = await backend.submit(jobSpec('echo gone'));
    await endOf(backend, handle);
    await backend.remove(handle);
    assert.deepEqual(await stateWhere(backend, handle, () => true), { kind: 'absent' });
    assert.equal((await outputOf(backend, handle)).end, 0);
    await backend.stop(handle, { graceMs: 0 });
  });
}

function describeStreams(open: () => OpenTarget): void {
  it('gives output from any offset, while it comes and afterwards', async () => {
    const { backend } = open();
    const handle = await backend.submit(jobSpec('echo first; sleep 0.05; echo second; sleep 0.05; echo third'));
    const all = 'first\nsecond\nthird\n';
    const live = await Promise.all([0, 3, 6, 18].map((after) => outputOf(backend, handle, after)));
    const later = await Promise.all([0, 3, 6, 18].map((after) => outputOf(backend, handle, after)));
    const expected = [0, 3, 6, 18].map((after) => all.slice(after));
    assert.deepEqual(
      live.map(({ text }) => text),
      expected,
    );
    assert.deepEqual(
      later.map(({ text }) => text),
      expected,
    );
  });

  it('ends streams when their reader leaves', async () => {
    const { backend } = open();
    const handle = await backend.submit(jobSpec('echo begun; sleep 20'));
    const leaving = new AbortController();
    for await (const _piece of backend.output(handle, { after: 0, signal: leaving.signal })) leaving.abort();
    const signal = AbortSignal.timeout(50);
    for await (const _sample of backend.usage(handle, { after: 0, signal })) assert.ok(!patience().aborted);
    await backend.stop(handle, { graceMs: 0 });
    await endOf(backend, handle);
  });

  it('prepares the system environment without doing anything', async () => {
    const outcome = await open().backend.prepare(systemRevision, { log: () => {}, signal: patience() });
    assert.equal(outcome.ok, true);
  });
}
