/** Why a server could not listen, for whoever starts it. */
import type { Config } from './config.ts';
import { StartupError } from './platform/startupError.ts';

export function cannotListen({ host, port }: Config, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new StartupError(
      `Port ${port} on ${host} is in use`,
      'Stop what uses it, or choose another with --port or FLYWHEEL_PORT (0 takes a free one)',
      error,
    );
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new StartupError(
      `The server cannot listen on ${host} port ${port} (${code})`,
      'Choose another address with --host or FLYWHEEL_HOST, or another port with --port or FLYWHEEL_PORT',
      error,
    );
  }
  return error;
}
