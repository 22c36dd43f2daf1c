/** Engines that die, hang and restart, containers that are removed by hand, and what is not ours. */
import assert from 'node:assert/strict';
import type { DockerBackend } from '../../../server/adapters/docker/dockerBackend.ts';
import type { JobState } from '../../../server/domain/compute/ports.ts';
import { skip } from '../../harness/reporter.ts';
import {
  codeFile,
  endOf,
  eventually,
  jobSpec,
  outputOf,
  patience,
  run,
  stateWhere,
  systemRevision,
  untilOutput,
} from './computeTarget.ts';
import { type OpenDockerTarget, openDocker } from './dockerTarget.ts';

type Kind = JobState['kind'];

/** The kinds of states as they come, until one of the wanted kind was seen. */
async function kindsUntil(backend: DockerBackend, handle: string, wanted: Kind): Promise<readonly Kind[]> {
  const kinds: Kind[] = [];
  for await (const { kind } of backend.watch(handle, { signal: patience(60) })) {
    kinds.push(kind);
    if (kind === wanted) return kinds;
  }
  throw new Error(`never ${wanted}: ${kinds}`);
}

describe('faults of an engine with live-restore', () => {
  let open: OpenDockerTarget;
  before(async function () {
    const made = await openDocker(['busybox'], { liveRestore: true });
    if (typeof made === 'string') return skip(this, made);
    open = made;
  });
  after(() => open?.close());

  it('goes on with a job whose engine was killed, with every line and the exit code', async () => {
    const { backend, engine, restart } = open;
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join('');
    const handle = await backend.submit(jobSpec('for i in $(seq 12); do echo line $i; sleep 0.5; done; exit 5'));
    const first = await untilOutput(backend, handle, 'line 2\n');
    await engine.kill();
    const unknown = kindsUntil(backend, handle, 'unknown');
    assert.ok((await unknown).includes('unknown'));
    await engine.start();
    const next = restart();
    assert.equal((await outputOf(next, handle, first.length)).text, lines.slice(first.length));
    const end = await endOf(next, handle);
    assert.deepEqual([end.exitCode, end.reason], [5, 'exit-code']);
    assert.equal((await outputOf(backend, handle)).text, lines);
  });

  it('knows the end of a job that ended while its engine was away', async () => {
    const { backend, engine } = open;
    const handle = await backend.submit(jobSpec('echo up; sleep 1; echo down; exit 9'));
    await untilOutput(backend, handle, 'up');
    await engine.kill();
    // The job is the kernel's now: nobody can be asked, so its own length is waited for.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await engine.start();
    const end = await endOf(backend, handle);
    assert.deepEqual([end.exitCode, end.reason], [9, 'exit-code']);
    // What it printed meanwhile nobody read: engines take up the output only of what still runs.
    assert.match((await outputOf(backend, handle)).text, /^up\n/);
  });

  it('says unknown while the engine hangs, and never absent', async () => {
    const { backend, engine, restart } = open;
    const handle = await backend.submit(jobSpec('sleep 60'));
    await stateWhere(backend, handle, ({ kind }) => kind === 'running');
    const hasty = restart({ deadlineMs: 500 });
    engine.freeze();
    try {
      assert.equal((await stateWhere(hasty, handle, () => true)).kind, 'unknown');
      const probe = await hasty.probe();
      assert.equal(probe.available, false);
      assert.match(probe.problem ?? '', /did not answer within 0\.5 s/);
      await assert.rejects(hasty.find(handle.split('-').at(-1) ?? ''), /did not answer/);
    } finally {
      engine.thaw();
    }
    assert.equal((await stateWhere(hasty, handle, ({ kind }) => kind !== 'unknown')).kind, 'running');
    await backend.stop(handle, { graceMs: 0 });
    await endOf(backend, handle);
  });

  it('says absent of a container that somebody removed', async () => {
    const { backend, engine } = open;
    const handle = await backend.submit(jobSpec('sleep 60'));
    await stateWhere(backend, handle, ({ kind }) => kind === 'running');
    await engine.docker.getContainer(handle).remove({ force: true });
    assert.deepEqual(await kindsUntil(backend, handle, 'absent'), ['absent']);
  });

  it('holds a job to its time also after a restart of the server', async () => {
    const { restart } = open;
    const [first, next] = [restart(), restart()];
    const handle = await first.submit(jobSpec('sleep 60', { limits: { maxMinutes: 0.02 } }));
    first[Symbol.dispose]();
    await stateWhere(next, handle, ({ kind }) => kind === 'running');
    assert.equal((await endOf(next, handle)).reason, 'time-limit');
  });

  it('goes on with a stop that another server began', async () => {
    const { restart } = open;
    const [first, next] = [restart(), restart()];
    const handle = await first.submit(jobSpec(`trap '' TERM; echo up; while :; do sleep 0.1; done`));
    await untilOutput(first, handle, 'up');
    await first.stop(handle, { graceMs: 1500 });
    first[Symbol.dispose]();
    const end = await endOf(next, handle);
    assert.deepEqual([end.exitCode, end.reason], [null, 'stopped-by-user']);
  });

  describeOthers(() => open);
});

function describeOthers(open: () => OpenDockerTarget): void {
  it('leaves containers of others alone, also one that has a name of ours', async () => {
    const { backend, engine, options } = open();
    const spec = jobSpec('echo mine');
    const name = `flywheel-${options.serverId.slice(0, 12)}-${spec.runId}`;
    const foreign = await engine.docker.createContainer({ name, Image: 'flywheel-test/busybox', Cmd: ['/bin/true'] });
    const before = await backend.list();
    await assert.rejects(backend.submit(spec), /not this server's/);
    await assert.rejects(backend.remove(name), /not this server's/);
    await assert.rejects(backend.stop(name, { graceMs: 0 }), /not this server's/);
    assert.deepEqual(await backend.list(), before);
    assert.equal((await foreign.inspect()).State.Status, 'created');
    await foreign.remove();
  });

  it('keeps the jobs of two servers on one engine apart', async () => {
    const { backend, restart } = open();
    const other = restart({ serverId: 'other-server-0001' });
    const spec = jobSpec('echo one');
    const handles = await Promise.all([backend.submit(spec), other.submit(spec)]);
    assert.notEqual(handles[0], handles[1]);
    await Promise.all([endOf(backend, handles[0]), endOf(other, handles[1])]);
    await other.remove(handles[1]);
    assert.deepEqual([await other.list(), (await backend.list()).includes(spec.runId)], [[], true]);
  });

  it('makes afresh what a dead server left before it began', async () => {
    const { backend, engine, options } = open();
    const spec = jobSpec('echo fresh');
    const name = `flywheel-${options.serverId.slice(0, 12)}-${spec.runId}`;
    const Labels = { 'flywheel.server': options.serverId, 'flywheel.run': spec.runId };
    await engine.docker.createContainer({ name, Image: 'flywheel-test/busybox', Cmd: ['/bin/true'], Labels });
    assert.equal(await backend.find(spec.runId), null);
    assert.equal((await run(backend, spec)).output.text, 'fresh\n');
  });

  it('says which image is missing', async () => {
    const { restart } = open();
    const backend = restart({ image: 'flywheel-test/none:1' });
    const log: string[] = [];
    const outcome = await backend.prepare(systemRevision, {
      log: (data) => log.push(Buffer.from(data).toString()),
      signal: patience(),
    });
    assert.ok(!outcome.ok);
    assert.match(outcome.error, /flywheel-test\/none:1 is not on test and cannot be fetched/);
    await assert.rejects(backend.submit(jobSpec('true')), /image flywheel-test\/none:1 is not on the Docker host/);
  });

  it('survives a job that forks without end, and keeps neighbours apart', async () => {
    const { backend } = open();
    const bomb = await backend.submit(jobSpec('echo up; f() { f | f & }; f; sleep 60', { limits: { memoryMiB: 128 } }));
    await untilOutput(backend, bomb, 'up');
    assert.equal((await run(backend, jobSpec('echo still'))).output.text, 'still\n');
    await backend.stop(bomb, { graceMs: 0 });
    await endOf(backend, bomb);
  });

  it('gives a command no right that it does not need', async () => {
    const { backend } = open();
    const command = [
      `grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status`,
      'touch /bin/x 2>&1; mount -t tmpfs none /tmp 2>&1; ls /var/run/docker.sock 2>&1; id -u',
      'touch /flywheel/records/stop.json 2>&1; cat /flywheel/work/a',
    ].join('; ');
    const { output } = await run(backend, jobSpec(command, { code: [codeFile('a', 'ours\n')] }));
    assert.match(output.text, /CapEff:\t0{16}\n/);
    assert.match(output.text, /NoNewPrivs:\t1\n/);
    assert.match(output.text, /Seccomp:\t2\n/);
    assert.match(output.text, /\/bin\/x: Read-only file system/);
    assert.match(output.text, /mount: (permission denied|.*not permitted)/i);
    assert.match(output.text, /records\/stop\.json: Permission denied/);
    assert.match(output.text, /\n1000\n/);
    assert.ok(output.text.endsWith('ours\n'));
  });

  it('reads more than the server keeps, byte by byte, while it is written', async () => {
    const { restart } = open();
    const backend = restart({ logLimitMiB: 256 });
    const handle = await backend.submit(jobSpec('seq 400000', { limits: { cpus: 2 } }));
    let expected = 1;
    let rest = '';
    for await (const piece of backend.output(handle, { after: 0, signal: patience(60) })) {
      assert.equal(piece.kind, 'data');
      if (piece.kind !== 'data') return;
      const lines = (rest + Buffer.from(piece.data).toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) assert.equal(Number(line), expected++);
    }
    assert.deepEqual([expected, rest], [400_001, '']);
  });
}

describe('faults of an engine without live-restore', () => {
  let open: OpenDockerTarget;
  before(async function () {
    const made = await openDocker(['busybox']);
    if (typeof made === 'string') return skip(this, made);
    open = made;
  });
  after(() => open?.close());

  it('says that the host was lost when the engine took its jobs along', async () => {
    const { backend, engine } = open;
    const handle = await backend.submit(jobSpec('echo up; sleep 600'));
    await untilOutput(backend, handle, 'up');
    await engine.kill();
    await eventually(async () => !(await backend.probe()).available, 'the engine is away');
    await engine.start();
    const end = await endOf(backend, handle);
    assert.deepEqual([end.exitCode, end.reason], [null, 'host-lost']);
    assert.match(end.detail ?? '', /live-restore/);
    assert.match((await outputOf(backend, handle)).text, /^up\n/);
  });
});
