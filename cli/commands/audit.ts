/** `flywheel audit`: whether the event log of this machine's server is as it was written, and all of it as lines. */
import { once } from 'node:events';
import type { Command } from 'commander';
import { ClientError } from '../../client/clientError.ts';
import { localFolder, type ServerChoice, withServer } from '../server.ts';

type VerifyOptions = ServerChoice & { readonly json?: boolean };

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('The event log.');
  audit
    .command('export')
    .description('Write all events, oldest first, as lines of JSON with their hashes (administrators).')
    .action(async (_options: unknown, command: Command) => exportLines(command));
  audit
    .command('verify')
    .description('Check that no event was changed or taken out, while the server works or not.')
    .option('--json', 'print what was found as JSON')
    .action(async (_options: unknown, command: Command) => verify(command.optsWithGlobals<VerifyOptions>()));
}

async function exportLines(command: Command): Promise<void> {
  await withServer(command, async ({ connection: { client } }) => {
    for await (const { text } of await client.audit.export({})) {
      // Waits for whoever reads: the log may be larger than memory.
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    }
  });
}

async function verify(options: VerifyOptions): Promise<void> {
  const { auditFolder } = await import('../../server/offline.ts');
  const folder = await localFolder(options, 'The event log is verified');
  const { events, from, to, newestHash, firstBroken } = await auditFolder(folder);
  if (options.json) console.log(JSON.stringify({ events, from, to, newestHash, firstBroken }));
  else if (events === 0) console.log('There is no event yet.');
  else if (firstBroken === null) console.log(`All ${events} events are whole, ${from} to ${to}. Newest: ${newestHash}`);
  if (firstBroken === null) return;
  throw new ClientError(
    'failed',
    `The event log is broken at ${firstBroken}: that event was changed, or one before it was changed or taken out.`,
    { remedy: 'Compare with a backup; what comes before this position is whole.' },
  );
}
