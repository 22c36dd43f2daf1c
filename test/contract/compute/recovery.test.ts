/** A server that dies, and whatever else goes wrong around a job's folder. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createProcessBackend } from '../../../server/adapters/process/processBackend.ts';
import { smallDisk } from '../../harness/smallDisk.ts';
import {
  codeFile,
  endOf,
  eventually,
  jobSpec,
  outputOf,
  patience,
  pythonRevision,
  run,
  stateWhere,
  untilOutput,
} from './computeTarget.ts';
import { type OpenProcessTarget, processTarget } from './processTarget.ts';

describe('recovery of the process backend', () => {
  let open: OpenProcessTarget;
  before(async () => {
    open = await processTarget.open();
  });
  after(() => open.close());

  describeAdoption(() => open);
  describeDeaths(() => open);
  describeLeftovers(() => open);
  describeFullDisk();
});

function pidIn(record: string): number {
  return (JSON.parse(record) as { readonly pid: number }).pid;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function describeAdoption(open: () => OpenProcessTarget): void {
  it('finds a job that runs, with its output from where the last reader was, and its end', async () => {
    const { backend, restart } = open();
    const handle = await backend.submit(jobSpec('echo one; sleep 0.6; echo two; exit 3'));
    await untilOutput(backend, handle, 'one');
    const next = restart();
    assert.equal((await stateWhere(next, handle, () => true)).kind, 'running');
    assert.equal((await outputOf(next, handle, 4)).text, 'two\n');
    assert.equal((await endOf(next, handle)).exitCode, 3);
  });

  it('finds what ended while nobody looked', async () => {
    const { backend, restart, options } = open();
    const handle = await backend.submit(jobSpec('echo alone; exit 5'));
    await eventually(() => existsSync(join(options.jobsFolder, handle, 'exit.json')), 'the job ends');
    const next = restart();
    const end = await endOf(next, handle);
    assert.deepEqual([end.exitCode, end.reason], [5, 'exit-code']);
    assert.equal((await outputOf(next, handle)).text, 'alone\n');
  });

  it('stops a job that another server began', async () => {
    const { backend, restart } = open();
    const handle = await backend.submit(jobSpec('sleep 60'));
    await stateWhere(backend, handle, ({ kind }) => kind === 'running');
    const next = restart();
    await next.stop(handle, { graceMs: 1000 });
    assert.equal((await endOf(next, handle)).reason, 'stopped-by-user');
  });
}

function describeDeaths(open: () => OpenProcessTarget): void {
  it('says disappeared when the supervisor was killed, kills what is left and keeps the output', async () => {
    const { backend, restart, options } = open();
    const handle = await backend.submit(jobSpec('echo here; (setsid sleep 77 &); sleep 78'));
    await untilOutput(backend, handle, 'here');
    const folder = join(options.jobsFolder, handle);
    const [supervisor, command] = await Promise.all(
      ['supervisor.json', 'command.json'].map(async (file) => pidIn(await readFile(join(folder, file), 'utf8'))),
    );
    process.kill(supervisor ?? 0, 'SIGKILL');
    const end = await endOf(restart(), handle);
    assert.deepEqual([end.exitCode, end.reason], [null, 'job-disappeared']);
    await eventually(() => !isAlive(command ?? 0), 'the command ends');
    const { output } = await run(backend, jobSpec('ps -eo stat=,args='));
    assert.ok(!output.text.split('\n').some((line) => /sleep 7[78]$/.test(line) && !line.startsWith('Z')));
    assert.equal((await outputOf(backend, handle)).text, 'here\n');
    // The same run again does not start it anew.
    assert.equal(await backend.submit(jobSpec('echo again', { runId: handle })), handle);
    assert.deepEqual(await endOf(backend, handle), end);
  });

  it('does not take a later process with the same number for the supervisor', async () => {
    const { backend, options } = open();
    const handle = jobSpec('').runId;
    const folder = join(options.jobsFolder, handle);
    await mkdir(folder);
    await writeFile(
      join(folder, 'job.json'),
      JSON.stringify({ folder: '', submittedAt: 1, mark: 'none', cpuSet: null }),
    );
    // This process lives, but was not born then.
    await writeFile(join(folder, 'supervisor.json'), JSON.stringify({ pid: process.pid, born: 'other:1' }));
    await writeFile(join(folder, 'command.json'), JSON.stringify({ pid: process.pid, born: 'other:2', startedAt: 5 }));
    const end = await endOf(backend, handle);
    assert.deepEqual([end.reason, end.startedAt], ['job-disappeared', 5]);
  });

  it('ignores a hang-up and an interrupt meant for the server', async () => {
    const { backend, options } = open();
    const handle = await backend.submit(jobSpec('echo up; sleep 0.4; echo still'));
    await untilOutput(backend, handle, 'up');
    const supervisor = pidIn(await readFile(join(options.jobsFolder, handle, 'supervisor.json'), 'utf8'));
    process.kill(supervisor, 'SIGHUP');
    process.kill(supervisor, 'SIGINT');
    assert.equal((await endOf(backend, handle)).exitCode, 0);
    assert.equal((await outputOf(backend, handle)).text, 'up\nstill\n');
  });
}

function describeLeftovers(open: () => OpenProcessTarget): void {
  it('begins a job that was written but never started, with the newest secrets', async () => {
    const { backend, options } = open();
    const spec = jobSpec('echo $TOKEN', { variables: { TOKEN: 'new' } });
    const folder = join(options.jobsFolder, spec.runId);
    const finished = await backend.submit(jobSpec('true'));
    await endOf(backend, finished);
    await mkdir(join(folder, 'code'), { recursive: true });
    await mkdir(join(folder, 'output'));
    await run(backend, jobSpec(`mkfifo '${folder}/output.pipe'`));
    await writeFile(join(folder, 'job.json'), JSON.stringify({ folder: '', submittedAt: 1, mark: 'm1', cpuSet: null }));
    await writeFile(join(folder, 'spec.json'), '{"command":"echo old"}');
    assert.equal((await stateWhere(backend, spec.runId, () => true)).kind, 'starting');
    const { output } = await run(backend, spec);
    assert.equal(output.text, 'new\n');
    assert.ok(!existsSync(join(folder, 'spec.json')));
  });

  it('has no job where one was written but never started, so that it is submitted afresh', async () => {
    const { backend, options, restart } = open();
    const handle = await backend.submit(jobSpec('sleep 0.1'));
    await endOf(backend, handle);
    assert.equal(await restart().find(handle), handle);
    const runId = 'never-started';
    await mkdir(join(options.jobsFolder, runId));
    await writeFile(join(options.jobsFolder, runId, 'spec.json'), '{"command":"echo old"}');
    assert.equal(await backend.find(runId), null);
    assert.ok(!existsSync(join(options.jobsFolder, runId)));
    assert.equal((await run(backend, jobSpec('echo fresh', { runId }))).output.text, 'fresh\n');
  });

  it('does not start a job that was stopped before it began', async () => {
    const { backend, scratch } = open();
    const mark = join(scratch, 'began');
    const handle = await backend.submit(jobSpec(`touch '${mark}'; sleep 5`));
    await backend.stop(handle, { graceMs: 0 });
    assert.equal((await endOf(backend, handle)).reason, 'stopped-by-user');
  });

  it('clears away what a dead server left half made or half removed', async () => {
    const { options, restart } = open();
    const gone = ['.new-run1-999999999-abcd', '.gone-run2-abcd'];
    for (const name of gone) await mkdir(join(options.jobsFolder, name, 'code'), { recursive: true });
    const kept = `.new-run3-${process.pid}-abcd`;
    await mkdir(join(options.jobsFolder, kept));
    await restart().list();
    const left = await readdir(options.jobsFolder);
    assert.deepEqual(
      gone.filter((name) => left.includes(name)),
      [],
    );
    assert.ok(left.includes(kept));
  });

  it('redoes a build that was interrupted, and ends what still wrote into it', async function () {
    this.timeout(180_000);
    const { backend, options } = open();
    const revision = pythonRevision('');
    const folder = join(options.environmentsFolder, revision.digest);
    await mkdir(join(folder, 'venv', 'bin'), { recursive: true });
    await writeFile(join(folder, 'venv', 'bin', 'python'), 'half');
    await chmod(join(folder, 'venv', 'bin', 'python'), 0o755);
    await writeFile(join(folder, 'building.json'), JSON.stringify({ mark: 'left-over-build' }));
    const orphan = await backend.submit(
      jobSpec('export FLYWHEEL_JOB_MARK=left-over-build; bash -c "echo up; sleep 88; exit 1"'),
    );
    await untilOutput(backend, orphan, 'up');
    const outcome = await backend.prepare(revision, { log: () => {}, signal: patience(150) });
    assert.equal(outcome.ok, true);
    assert.notEqual((await endOf(backend, orphan)).exitCode, 0);
  });

  it('removes a job whose files the job protected', async () => {
    const { backend, options } = open();
    const { output } = await run(backend, jobSpec('mkdir -p a/b; touch a/b/c; chmod 500 a/b a; echo ok'));
    assert.equal(output.text, 'ok\n');
    const before = await backend.list();
    for (const handle of before)
      if ((await stateWhere(backend, handle, () => true)).kind === 'ended') await backend.remove(handle);
    assert.deepEqual(
      (await readdir(options.jobsFolder)).filter((name) => name.startsWith('.gone-')),
      [],
    );
  });
}

function describeFullDisk(): void {
  it('keeps a job going when the disk is full, shows what is missing, and says why it failed', async function () {
    await using disk = await smallDisk(24).then((made) => (typeof made === 'string' ? this.skip() : made));
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const folders = { environmentsFolder: disk.path, volumesFolder: disk.path };
    const options = { jobsFolder: join(disk.path, 'jobs'), ...folders, logLimitMiB: 64, log };
    const backend = createProcessBackend(options);
    // Without limits the output alone would fill the disk; then the job's own file cannot be written.
    const command = 'echo FIRST; yes 0123456789abcde | head -c 40000000; echo more; echo x > big || exit 9; exit 9';
    const { end, output } = await run(backend, jobSpec(command));
    assert.deepEqual([end.exitCode, end.reason], [9, 'disk-full']);
    assert.match(end.detail ?? '', /disk .* full.*exit code 9/);
    // What the shell says about the full disk comes on top.
    assert.ok(output.end >= 40_000_011 && output.end < 40_000_500, String(output.end));
    assert.ok(output.text.startsWith('FIRST\n') && output.gaps > 10_000_000);
    await assert.rejects(
      backend.submit(jobSpec('true', { code: [codeFile('big.bin', 'x'.repeat(8_000_000))] })),
      (error) => (error as { reason?: string }).reason === 'storage-full',
    );
    for (const handle of await backend.list()) await backend.remove(handle);
    assert.equal((await run(backend, jobSpec('echo again'))).output.text, 'again\n');
  });
}
