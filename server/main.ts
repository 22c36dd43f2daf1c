/**
 * Starts the server, says that it is ready, and ends it on a signal. Nothing
 * else: what it is made of is in compose.ts.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import type { RunningServer } from './compose.ts';
import { type Config, readConfig, readFlags } from './config.ts';
import { openBrowser } from './platform/openBrowser.ts';
import { StartupError } from './platform/startupError.ts';

export type { RunningServer };

/** Resolves when the server answers; it then runs until a signal. */
export async function serve(config: Config): Promise<RunningServer> {
  keepCompiled();
  const { compose } = await import('./compose.ts');
  const server = await compose(config);
  const signIn = server.signInUrl();
  process.stdout.write(`ready ${server.url}\nSign in: ${signIn} (once, within 10 minutes)\n`);
  stopOnSignal(server);
  if (config.open && process.stdout.isTTY) openBrowser(signIn);
  return server;
}

/** From the second start on, sources are not read and compiled again: a third of the time. Bundles need it not. */
function keepCompiled(): void {
  if (import.meta.filename.endsWith('.ts')) {
    enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/flywheel-compile'));
  }
}

/** The one line for whoever starts the server; null for an error that is not theirs to mend. */
export function describeStartError(error: unknown): string | null {
  return error instanceof StartupError ? `${error.message}. ${error.remedy}.` : null;
}

function stopOnSignal(server: RunningServer): void {
  let stopping = false;
  const stop = () => {
    // Who signals twice does not want to wait for the drain.
    if (stopping) process.exit(130);
    stopping = true;
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

if (import.meta.main) {
  try {
    await serve(readConfig(readFlags(process.argv.slice(2))));
  } catch (error) {
    const line = describeStartError(error);
    if (line === null) throw error;
    process.stderr.write(`${line}\n`);
    process.exit(1);
  }
}
