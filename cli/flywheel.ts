/**
 * The `flywheel` command: what can be asked, and how a failure is shown. What
 * each command does is in `commands/`.
 */
import { Command } from 'commander';
import { toClientError } from '../client/clientError.ts';
import manifest from '../package.json' with { type: 'json' };
import { addAudit } from './commands/audit.ts';
import { addBackup } from './commands/backup.ts';
import { addJobs } from './commands/jobs.ts';
import { addRuns } from './commands/runs.ts';
import { addSchedules } from './commands/schedules.ts';
import { addServe } from './commands/serve.ts';
import { addSweep } from './commands/sweep.ts';
import { addToken } from './commands/token.ts';
import { oneLine } from './output.ts';

const program = new Command('flywheel')
  .description('Launch, watch and manage training runs on a Flywheel server.')
  .version(manifest.version)
  .option('--url <url>', 'server address (FLYWHEEL_URL; otherwise the server of this machine)')
  .option('--token <token>', 'access token (FLYWHEEL_TOKEN; otherwise the port file of this machine)')
  .option('--data <folder>', 'data folder of the server of this machine (FLYWHEEL_DATA)')
  .showHelpAfterError('Add --help for what can be asked.')
  .configureHelp({ showGlobalOptions: true });

addServe(program);
addToken(program);
addRuns(program);
addSweep(program);
addJobs(program);
addSchedules(program);
addBackup(program);
addAudit(program);

// `flywheel runs list | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await program.parseAsync();
} catch (error) {
  const { message, remedy, incident } = toClientError(error);
  const more = remedy ?? (incident ? `The server logged it as ${incident}.` : '');
  console.error(oneLine(`${message} ${more}`.trim()));
  process.exitCode = 1;
}
