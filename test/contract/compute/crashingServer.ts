/** A server that submits jobs until it is killed. Arguments: jobs folder, then run ids; `crashJob` is what each runs. */
import { createProcessBackend } from '../../../server/adapters/process/processBackend.ts';
import { crashJob } from './crashJob.ts';

const [jobsFolder = '', scratch = '', ...runIds] = process.argv.slice(2);
const log = { debug() {}, info() {}, warn() {}, error() {} };
const backend = createProcessBackend({
  jobsFolder,
  environmentsFolder: jobsFolder,
  volumesFolder: jobsFolder,
  logLimitMiB: 4,
  log,
});

process.stdout.write('ready\n');
for (const runId of runIds) await backend.submit(crashJob(runId, scratch));
process.stdout.write('submitted\n');
// Stays until it is killed.
setInterval(() => {}, 60_000);
