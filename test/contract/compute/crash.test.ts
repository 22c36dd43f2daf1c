/**
 * Servers killed with -9 at random moments of submitting. Whatever the moment,
 * a later server that submits everything again finds each job run exactly
 * once, with its whole output and its exit code.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endOf, outputOf } from './computeTarget.ts';
import { crashExitCode, crashJob, crashLines } from './crashJob.ts';
import { type OpenProcessTarget, processTarget } from './processTarget.ts';

const kills = 110;
const jobsEach = 2;
/** Submitting two jobs takes about this long here; kills fall before, in and after it. */
const longestLifeMs = 60;

describe('jobs of a server that is killed again and again', function () {
  this.timeout(600_000);
  let open: OpenProcessTarget;
  before(async () => {
    open = await processTarget.open();
  });
  after(() => open.close());

  it(`run exactly once each over ${kills} kills, whole`, async () => {
    const { options, scratch } = open;
    const runIds: string[] = [];
    const reached = { submitted: 0, cut: 0 };
    for (let kill = 0; kill < kills; kill += 1) {
      const mine = Array.from({ length: jobsEach }, (_, index) => `crash-${kill}-${index}`);
      runIds.push(...mine);
      const all = await killedServer([options.jobsFolder, scratch, ...mine], Math.random() * longestLifeMs);
      reached[all ? 'submitted' : 'cut'] += 1;
    }
    // Kills that all fall on one side would prove nothing.
    assert.ok(reached.cut > kills / 10, JSON.stringify(reached));
    const next = open.restart();
    for (const [index, runId] of runIds.entries()) {
      // The scheduler looks first where it has no fresh token; submitting outright must do as well.
      const found = index % 2 === 0 ? await next.find(runId) : null;
      if (found === null) await next.submit(crashJob(runId, scratch));
    }
    for (const runId of runIds) await checkJob(next, { runId, scratch });
  });
});

/** Whether it had submitted all when it was killed. */
async function killedServer(args: readonly string[], lifeMs: number): Promise<boolean> {
  const program = join(import.meta.dirname, 'crashingServer.ts');
  const child: ChildProcess = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(args[1] ?? '', '..', 'compiled') },
  });
  let said = '';
  child.stdout?.on('data', (data) => {
    said += data;
  });
  const ended = once(child, 'exit');
  await once(child.stdout ?? child, 'data');
  await new Promise((resolve) => setTimeout(resolve, lifeMs));
  child.kill('SIGKILL');
  await ended;
  return said.includes('submitted');
}

async function checkJob(
  backend: ReturnType<OpenProcessTarget['restart']>,
  { runId, scratch }: { readonly runId: string; readonly scratch: string },
): Promise<void> {
  const end = await endOf(backend, runId);
  assert.deepEqual([runId, end.exitCode, end.reason], [runId, crashExitCode, 'exit-code']);
  assert.equal(await readFile(join(scratch, runId), 'utf8'), 'start\n', `${runId} ran more than once`);
  const lines = Array.from({ length: crashLines }, (_, index) => `${runId} ${index + 1}\n`);
  assert.equal((await outputOf(backend, runId)).text, lines.join(''));
}
