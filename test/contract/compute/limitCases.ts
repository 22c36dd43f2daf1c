/** Four ways to be ended by somebody else, told apart; and the whole process tree goes each time. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  type ComputeTarget,
  endOf,
  eventually,
  jobSpec,
  type OpenTarget,
  openTarget,
  run,
  untilOutput,
} from './computeTarget.ts';

/** Sleeps of an odd length can be told from everybody else's. */
let nextSleep = 400_000 + process.pid;
function oddSleep(): string {
  nextSleep += 1;
  return `sleep ${nextSleep}.5`;
}

async function isRunning(command: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'stat=,args=']);
  return stdout.split('\n').some((line) => line.endsWith(command) && !/^\s*Z/.test(line));
}

export function describeLimits(target: ComputeTarget): void {
  describe(`ends and limits on ${target.name}`, () => {
    let open: OpenTarget;
    before(async function () {
      open = await openTarget(this, target);
    });
    after(() => open?.close());

    describeEnds(() => open);
    describeStops(() => open);
    describeTrees(() => open);
  });
}

function describeEnds(open: () => OpenTarget): void {
  it('tells a signal from an exit code that looks like one', async () => {
    const killed = await run(open().backend, jobSpec('kill -KILL $$'));
    assert.deepEqual([killed.end.exitCode, killed.end.reason], [null, 'signal']);
    assert.match(killed.end.detail ?? '', /SIGKILL/);
    const own = await run(open().backend, jobSpec('exit 137'));
    assert.deepEqual([own.end.exitCode, own.end.reason], [137, 'exit-code']);
  });

  it('ends a job at its time limit', async () => {
    const { end } = await run(open().backend, jobSpec('sleep 60', { limits: { maxMinutes: 0.01 } }));
    assert.equal(end.reason, 'time-limit');
    assert.match(end.detail ?? '', /0\.01 min/);
  });

  it('ends a job that takes more memory than it may, children counted', async () => {
    const hog = `python3 -c "x=bytearray(150*1024*1024); import time; time.sleep(60)"`;
    const { end } = await run(
      open().backend,
      jobSpec(`echo begin; ${hog}; echo never`, { limits: { memoryMiB: 100 } }),
    );
    assert.equal(end.reason, 'memory-limit');
    assert.match(end.detail ?? '', /limit is 100 MiB/);
    // An engine lets it have no more than the limit; the process backend sees it pass that.
    assert.ok(end.usage.peakMemoryBytes > 95 * 1024 * 1024, `${end.usage.peakMemoryBytes} bytes`);
  });

  it('does not count memory twice that processes share', async () => {
    const script =
      'import os,time\nx=bytearray(b"x")*(90*1024*1024)\nfor i in range(3):\n  os.fork()\ntime.sleep(1.5)\n';
    const { end } = await run(open().backend, jobSpec(`python3 -c '${script}'`, { limits: { memoryMiB: 400 } }));
    assert.deepEqual([end.exitCode, end.reason, end.detail], [0, null, null]);
  });
}

function describeStops(open: () => OpenTarget): void {
  it('lets a job that cooperates put its things in order', async () => {
    const { backend } = open();
    const handle = await backend.submit(
      jobSpec(`trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep 0.05; done`),
    );
    await untilOutput(backend, handle, 'ready');
    await backend.stop(handle, { graceMs: 20_000 });
    const end = await endOf(backend, handle);
    assert.deepEqual([end.exitCode, end.reason], [0, 'stopped-by-user']);
    await untilOutput(backend, handle, 'saved');
  });

  it('kills one that does not, after the grace, and sooner when asked again', async () => {
    const { backend } = open();
    const handle = await backend.submit(jobSpec(`trap '' TERM; echo ready; while :; do sleep 0.05; done`));
    await untilOutput(backend, handle, 'ready');
    await backend.stop(handle, { graceMs: 600_000 });
    await backend.stop(handle, { graceMs: 200 });
    const end = await endOf(backend, handle);
    assert.deepEqual([end.exitCode, end.reason], [null, 'stopped-by-user']);
  });

  it('asks each process once: a second request to end would mean hurry', async () => {
    const { backend } = open();
    const command = `trap 'echo asked' TERM; echo ready; for i in $(seq 40); do sleep 0.05; done`;
    const handle = await backend.submit(jobSpec(command));
    await untilOutput(backend, handle, 'ready');
    await backend.stop(handle, { graceMs: 600 });
    await endOf(backend, handle);
    const seen = await untilOutput(backend, handle, 'asked');
    assert.equal(seen.match(/asked/g)?.length, 1);
  });
}

function describeTrees(open: () => OpenTarget): void {
  it('ends the whole tree on a stop: grandchildren and those that left the group', async () => {
    const { backend } = open();
    const [child, daemon] = [oddSleep(), oddSleep()];
    const command = `bash -c '${child} & echo up; wait' & (setsid ${daemon} >/dev/null 2>&1 &) ; wait`;
    const handle = await backend.submit(jobSpec(command));
    await eventually(async () => (await isRunning(child)) && (await isRunning(daemon)), 'both run');
    await backend.stop(handle, { graceMs: 1000 });
    await endOf(backend, handle);
    assert.deepEqual([await isRunning(child), await isRunning(daemon)], [false, false]);
  });

  it('leaves nothing behind when the command ends by itself', async () => {
    const { backend } = open();
    const [left, stubborn] = [oddSleep(), oddSleep()];
    const command = `${left} & bash -c 'trap "" TERM; ${stubborn}; ${stubborn}' & (setsid ${left} &); echo done`;
    const { end, output } = await run(backend, jobSpec(command));
    assert.deepEqual([end.exitCode, end.reason, output.text], [0, null, 'done\n']);
    assert.deepEqual([await isRunning(left), await isRunning(stubborn)], [false, false]);
  });
}
