/**
 * The real server, killed without warning at a point between two steps of a
 * run's way or at a moment between them, as the seed says. Prints where.
 */
import { writeSync } from 'node:fs';
import { compose } from '../../../server/compose.ts';
import { readConfig, readFlags } from '../../../server/config.ts';

const stepsToPass = Number(process.env['CRASH_AFTER_STEPS']);
const crashAfterMs = Number(process.env['CRASH_AFTER_MS']);
/** Instead: the first time that any run but this one reaches a step. */
const { CRASH_AT: crashAt, CRASH_NOT: spared } = process.env;
let passed = 0;

function crash(where: string): void {
  // Synchronous, so that it is out before the signal.
  writeSync(1, `crash ${where}\n`);
  process.kill(process.pid, 'SIGKILL');
}

const server = await compose(readConfig(readFlags(process.argv.slice(2))), {
  step: (name, runId) => {
    if (passed === stepsToPass || (name === crashAt && runId !== spared)) crash(name);
    passed += 1;
  },
});
process.stdout.write(`ready ${server.url}\n`);
if (Number.isFinite(crashAfterMs)) setTimeout(() => crash('timer'), crashAfterMs);
