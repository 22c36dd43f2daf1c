/** `flywheel serve`: the server in this process. Its settings are the server's own matter. */
import type { Command } from 'commander';
import { ClientError } from '../../client/clientError.ts';

type ServeOptions = {
  readonly host?: string;
  readonly port?: string;
  readonly data?: string;
  readonly open?: boolean;
  readonly hostName?: readonly string[];
  readonly log?: string;
};

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('Run a server on this machine.')
    .option('--host <address>', 'address to listen on (FLYWHEEL_HOST, 127.0.0.1)')
    .option('--port <port>', 'port; 0 takes a free one (FLYWHEEL_PORT, 7717)')
    .option('--host-name <name...>', 'further names under which people reach it (FLYWHEEL_HOST_NAMES)')
    .option('--log <level>', 'how much to log (FLYWHEEL_LOG, info)')
    .option('--no-open', 'show no browser (FLYWHEEL_OPEN=0)')
    .action(async (_options, command: Command) => serveHere(command.optsWithGlobals<ServeOptions>()));
}

async function serveHere(options: ServeOptions): Promise<void> {
  // Loaded here: no other command needs the server in memory.
  const { describeStartError, serve } = await import('../../server/main.ts');
  const { readConfig } = await import('../../server/config.ts');
  const { hostName, open, host, port, data, log } = options;
  // Only the flag that says no counts: otherwise the variable decides.
  const flags = { host, port, data, log, 'host-name': hostName, open: open === false ? false : undefined };
  try {
    await serve(readConfig(flags));
  } catch (error) {
    const line = describeStartError(error);
    throw line === null ? error : new ClientError('failed', line, { cause: error });
  }
}
