/**
 * Flags and environment → one validated, frozen object. A flag wins over its
 * variable. Whatever is wrong is told in one line that names the setting, so
 * that nobody reads a stack trace for a typing error. Nothing else in the
 * server reads the environment.
 */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { defaultDataFolder } from '../client/portFile.ts';
import { logLevels } from './platform/logger.ts';
import { StartupError } from './platform/startupError.ts';

/** What a wrong setting throws: shown as one line, exit code 1. */
export { StartupError as StartError };

const hostName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i;

const config = z.object({
  host: z
    .string()
    .refine((text) => isIP(text) > 0 || hostName.test(text), 'is not a host name or an IP address')
    .describe('Address to listen on'),
  port: z
    .string()
    .regex(/^\d{1,5}$/, 'is not a port number (0 to 65535)')
    .transform(Number)
    .refine((port) => port <= 65_535, 'is not a port number (0 to 65535)')
    .describe('0 takes a free one'),
  dataFolder: z.string().min(1, 'is empty'),
  token: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, 'must have 16 to 256 printable characters and no space')
    .nullable()
    .describe('A fixed administrator token for automation'),
  open: z.boolean().describe('Whether to show the sign-in page in a browser'),
  hostNames: z
    .array(z.string().regex(hostName, 'has something that is not a host name'))
    .readonly()
    .describe('Further names under which people reach the server'),
  workspacePort: z
    .string()
    .regex(/^\d{0,5}$/, 'is not a port number (0 to 65535)')
    .transform((text) => (text === '' ? null : Number(text)))
    .refine((port) => port === null || port <= 65_535, 'is not a port number (0 to 65535)')
    .describe('Where workspaces are reached; null is the one after the port of the server'),
  workspaceUrl: z
    .string()
    .regex(
      /^https?:\/\/(?:\*\.)?[a-z0-9][a-z0-9.-]*(?::\d{1,5})?\/?$/,
      'is not an address like https://*.work.example.org',
    )
    .nullable()
    .describe('How browsers reach workspaces, with * for the id of each; null derives it from the host'),
  codeServer: z
    .string()
    .min(1)
    .nullable()
    .describe('The program of VS Code in workspaces; null takes it from the PATH'),
  logLevel: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`),
});
export type Config = Readonly<z.infer<typeof config>>;

/** What the operator called each setting, for messages. */
const settingNames: Readonly<Record<keyof Config, string>> = {
  host: '--host (FLYWHEEL_HOST)',
  port: '--port (FLYWHEEL_PORT)',
  dataFolder: '--data (FLYWHEEL_DATA)',
  token: 'FLYWHEEL_TOKEN',
  open: '--open (FLYWHEEL_OPEN)',
  hostNames: '--host-name (FLYWHEEL_HOST_NAMES)',
  workspacePort: '--workspace-port (FLYWHEEL_WORKSPACE_PORT)',
  workspaceUrl: '--workspace-url (FLYWHEEL_WORKSPACE_URL)',
  codeServer: '--code-server (FLYWHEEL_CODE_SERVER)',
  logLevel: '--log (FLYWHEEL_LOG)',
};

export type Flags = {
  readonly host?: string;
  readonly port?: string;
  readonly data?: string;
  readonly open?: boolean;
  readonly 'host-name'?: readonly string[];
  readonly 'workspace-port'?: string;
  readonly 'workspace-url'?: string;
  readonly 'code-server'?: string;
  readonly log?: string;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(flags: Flags = {}, environment: Environment = process.env): Config {
  // An empty variable counts as absent, as shells leave them behind; an empty flag is a mistake.
  const setting = (flag: string | undefined, variable: string, fallback: string) =>
    flag ?? (environment[variable] || fallback);
  const result = config.safeParse({
    host: setting(flags.host, 'FLYWHEEL_HOST', '127.0.0.1'),
    port: setting(flags.port, 'FLYWHEEL_PORT', '7717'),
    dataFolder: resolve(setting(flags.data, 'FLYWHEEL_DATA', defaultDataFolder())),
    token: setting(undefined, 'FLYWHEEL_TOKEN', '') || null,
    open: flags.open ?? environment.FLYWHEEL_OPEN !== '0',
    hostNames: splitNames(flags['host-name'] ?? [setting(undefined, 'FLYWHEEL_HOST_NAMES', '')]),
    workspacePort: setting(flags['workspace-port'], 'FLYWHEEL_WORKSPACE_PORT', ''),
    workspaceUrl: setting(flags['workspace-url'], 'FLYWHEEL_WORKSPACE_URL', '').toLowerCase() || null,
    codeServer: setting(flags['code-server'], 'FLYWHEEL_CODE_SERVER', '') || null,
    logLevel: setting(flags.log, 'FLYWHEEL_LOG', 'info'),
  });
  if (result.success) return Object.freeze(result.data);
  const [issue] = result.error.issues;
  const name = settingNames[issue?.path[0] as keyof Config];
  throw new StartupError(`${name} ${issue?.message}`, 'See `flywheel serve --help`');
}

function splitNames(lists: readonly string[]): string[] {
  return lists
    .flatMap((list) => list.toLowerCase().split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Command-line arguments of `flywheel serve`, for the server started by itself. */
export function readFlags(args: readonly string[]): Flags {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        host: { type: 'string' },
        port: { type: 'string' },
        data: { type: 'string' },
        open: { type: 'boolean' },
        'host-name': { type: 'string', multiple: true },
        'workspace-port': { type: 'string' },
        'workspace-url': { type: 'string' },
        'code-server': { type: 'string' },
        log: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    throw new StartupError(
      error instanceof Error ? error.message : String(error),
      'See `flywheel serve --help`',
      error,
    );
  }
}
