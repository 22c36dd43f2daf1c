/** Environments from a requirements file, without any package registry. */
import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOutcome, ComputeBackend, EnvironmentRevisionSpec } from '../../../server/domain/compute/ports.ts';
import { jobSpec, type OpenTarget, patience, pythonRevision, run } from './computeTarget.ts';

const unresolvable = '--no-index\nflywheel-no-such-package==1.0\n';

type Prepared = { readonly outcome: BuildOutcome; readonly log: string };

async function prepare(
  backend: ComputeBackend,
  revision: EnvironmentRevisionSpec,
  signal = patience(150),
): Promise<Prepared> {
  let log = '';
  const outcome = await backend.prepare(revision, { signal, log: (data) => (log += Buffer.from(data).toString()) });
  return { outcome, log };
}

/** The interpreters of these cases are scripts on the host. */
type SharedTarget = OpenTarget & { readonly scratch: string };

export function describeEnvironments(target: { readonly name: string; open(): Promise<SharedTarget> }): void {
  describe(`environments on ${target.name}`, function () {
    // Making a virtual environment installs pip, which takes long on a busy machine.
    this.timeout(180_000);
    let open: SharedTarget;
    before(async () => {
      open = await target.open();
    });
    after(() => open.close());

    describeBuilds(() => open);
    describeFailures(() => open);
  });
}

function describeBuilds(open: () => SharedTarget): void {
  it('builds once for all who ask at the same time, and not again', async () => {
    const { backend, restart, scratch } = open();
    const builds = join(scratch, 'builds');
    const python = join(scratch, 'countingPython');
    // The interpreter counts how often it makes an environment.
    await writeFile(python, `#!/bin/sh\necho build >> '${builds}'\nexec python3 "$@"\n`);
    await chmod(python, 0o755);
    const revision = pythonRevision('# nothing but Python\n', python);
    const all = await Promise.all([1, 2, 3].map(() => prepare(backend, revision)));
    assert.deepEqual(
      all.map(({ outcome }) => outcome.ok),
      [true, true, true],
    );
    assert.equal((await prepare(restart(), revision)).outcome.ok, true);
    const job = jobSpec("python -c \"import sys; print(sys.prefix == __import__('os').environ['VIRTUAL_ENV'])\"", {
      environment: revision,
    });
    const { output } = await run(backend, job);
    assert.equal(output.text, 'True\n');
    const counted = await run(backend, jobSpec(`wc -l < '${builds}'`));
    assert.equal(counted.output.text.trim(), '1');
  });

  it('installs what the requirements name and answers what came of it', async () => {
    const { backend, scratch } = open();
    const wheel = await makeWheel(backend, scratch);
    const { outcome, log } = await prepare(backend, pythonRevision(`--no-index\n${wheel}\n`));
    assert.ok(outcome.ok, JSON.stringify(outcome));
    assert.match(outcome.lock, /flywheel[-_]sample/);
    assert.match(log, /Installing collected packages/);
  });

  it('refuses to start a job in an environment that is not built', async () => {
    const job = jobSpec('true', { environment: pythonRevision('') });
    await assert.rejects(open().backend.submit(job), /not built/);
  });
}

function describeFailures(open: () => SharedTarget): void {
  it('says which requirement cannot be resolved, and tries afresh the next time', async () => {
    const { backend } = open();
    const revision = pythonRevision(unresolvable);
    for (const again of [false, true]) {
      const { outcome, log } = await prepare(backend, revision);
      assert.ok(!outcome.ok, `again: ${again}`);
      assert.match(outcome.error, /No matching distribution found for flywheel-no-such-package/);
      assert.match(log, /No matching distribution/);
    }
  });

  it('names an interpreter that is not there', async () => {
    const { outcome } = await prepare(open().backend, pythonRevision('', 'python9.99'));
    assert.ok(!outcome.ok);
    assert.match(outcome.error, /no interpreter python9\.99/);
  });

  it('says what to install when the interpreter cannot make environments', async () => {
    const { backend, scratch } = open();
    const python = join(scratch, 'barePython');
    await writeFile(python, '#!/bin/sh\necho "ensurepip is not available."\nexit 1\n');
    await chmod(python, 0o755);
    const { outcome } = await prepare(backend, pythonRevision('', python));
    assert.ok(!outcome.ok);
    assert.match(outcome.error, /python3-venv/);
  });

  it('cancels a build with all its processes, and builds when asked again', async () => {
    const { backend, scratch } = open();
    const python = join(scratch, 'slowPython');
    const slow = `sleep 51${process.pid}`;
    await writeFile(python, `#!/bin/sh\necho begun\n${slow}\n`);
    await chmod(python, 0o755);
    const cancel = new AbortController();
    const revision = pythonRevision('', python);
    const outcome = await backend.prepare(revision, { signal: cancel.signal, log: () => cancel.abort() });
    assert.deepEqual(outcome, { ok: false, error: 'The build was cancelled.' });
    const { output } = await run(backend, jobSpec('ps -eo stat=,args='));
    assert.ok(!output.text.split('\n').some((line) => line.endsWith(slow) && !line.startsWith('Z')));
    await writeFile(python, '#!/bin/sh\nexec python3 "$@"\n');
    assert.equal((await prepare(backend, revision)).outcome.ok, true);
  });
}

/** A package made on the spot: a wheel is a zip with three small files. */
async function makeWheel(backend: ComputeBackend, scratch: string): Promise<string> {
  const wheel = join(scratch, 'flywheel_sample-1.0-py3-none-any.whl');
  const script = `
import zipfile
with zipfile.ZipFile(${JSON.stringify(wheel)}, 'w') as z:
    z.writestr('flywheel_sample.py', 'value = 1')
    z.writestr('flywheel_sample-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: flywheel-sample\\nVersion: 1.0\\n')
    z.writestr('flywheel_sample-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr('flywheel_sample-1.0.dist-info/RECORD', '')
`;
  const { end } = await run(backend, jobSpec(`python3 - <<'END'\n${script}\nEND`));
  assert.equal(end.exitCode, 0);
  return wheel;
}
