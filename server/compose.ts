/**
 * The only file that names adapters: opens what the server keeps, gives it to
 * the services, and lets clients in last. Everything that is opened is closed
 * in reverse order, also when a later step fails.
 */
import { isIPv6 } from 'node:net';
import { basename, join } from 'node:path';
import { removePortFile, writePortFile } from '../client/portFile.ts';
import manifest from '../package.json' with { type: 'json' };
import { DiskArtifactStore } from './adapters/blobs/diskArtifactStore.ts';
import { ChunkLogStore } from './adapters/logs/chunkLogStore.ts';
import { openStore, type SqliteStore } from './adapters/sqlite/openStore.ts';
import type { Config } from './config.ts';
import { EventHub } from './domain/events/eventHub.ts';
import { EventService } from './domain/events/eventService.ts';
import { AccessService } from './domain/governance/accessService.ts';
import { SessionService } from './domain/governance/sessionService.ts';
import { ProjectService } from './domain/projects/projectService.ts';
import { DomainError } from './domain/shared/errors.ts';
import type { Log } from './domain/shared/ports.ts';
import { ExperimentService } from './domain/tracking/experimentService.ts';
import { createEntrance } from './entrance.ts';
import { holdDataFolder } from './platform/dataFolder.ts';
import { createLogger } from './platform/logger.ts';
import { secretKey } from './platform/secretKey.ts';
import { StartupError } from './platform/startupError.ts';
import type { ServiceTable } from './transport/http/services.ts';

export type RunningServer = {
  /** Where programs on this machine reach it. */
  readonly url: string;
  readonly port: number;
  /** An administrator's token, as in the port file; it ends with the server. */
  readonly token: string;
  /** A link that signs a browser in as the administrator, once. */
  signInUrl(): string;
  /** Lets requests finish for at most ten seconds. Running jobs keep running. Again is harmless. */
  stop(): Promise<void>;
};

const drainMs = 10_000;

/** Throws a `StartupError` for what the person who starts it can mend. */
export async function compose(config: Config): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack();
  const startedAt = Date.now();
  const log = createLogger({ level: config.logLevel });
  const kept = await openKept(config, opened);
  const { access, services } = createServices({ ...kept, config, log, startedAt });
  const { secret } = await access.ensureAdmin();
  const entrance = createEntrance({
    services,
    access,
    files: { store: kept.store, artifacts: kept.artifacts },
    handlers: [],
    host: config.host,
    hostNames: config.hostNames,
    server: { id: kept.store.serverId, version: manifest.version, sessionKey: kept.sessionKey },
    assetsFolder: assetsFolder(),
    log,
  });
  opened.defer(() => entrance.stop(drainMs));
  const port = await entrance.listen(config.port).catch((error: unknown) => {
    throw cannotListen(config, error);
  });
  const url = localUrl(config.host, port);
  const admin = await access.authenticate(secret);
  await writePortFile(config.dataFolder, {
    url,
    token: secret,
    pid: process.pid,
    serverId: kept.store.serverId,
    startedAt,
  });
  opened.defer(() => removePortFile(config.dataFolder));
  const owned = opened.move();
  return {
    url,
    port,
    token: secret,
    signInUrl: () => `${url}${entrance.signInPath(admin)}`,
    stop: () => owned.disposeAsync(),
  };
}

type Kept = {
  readonly store: SqliteStore;
  readonly artifacts: DiskArtifactStore;
  readonly logs: ChunkLogStore;
  readonly sessionKey: Uint8Array;
};

/** What is on disk. The folder is held before anything in it is touched. */
async function openKept({ dataFolder }: Config, opened: AsyncDisposableStack): Promise<Kept> {
  const at = (name: string) => join(dataFolder, name);
  const folder = holdDataFolder(dataFolder);
  opened.defer(() => folder.release());
  const store = openStore({ file: at('flywheel.db') });
  opened.defer(() => store.close());
  const logs = new ChunkLogStore({ folder: at('logs') });
  opened.defer(() => logs.close());
  const artifacts = new DiskArtifactStore({ folder: at('artifacts') });
  return { store, logs, artifacts, sessionKey: await secretKey(at('session.key')) };
}

type ServiceParts = Kept & { readonly config: Config; readonly log: Log; readonly startedAt: number };

function createServices({ store, config, log, startedAt }: ServiceParts) {
  const clock = { now: Date.now };
  const access = new AccessService({ store, clock, log, fixedToken: config.token });
  const hub = new EventHub({ store, log });
  const server = { id: store.serverId, version: manifest.version, startedAt };
  const services: ServiceTable = {
    session: new SessionService({ store, clock, feed: hub, access, server }),
    projects: new ProjectService({ store, clock, feed: hub, visibility: access, code: pending('code') }),
    environments: pending('environments'),
    tiers: pending('tiers'),
    runs: pending('runs'),
    experiments: new ExperimentService({ store, clock, feed: hub, access }),
    events: new EventService({ store, hub, visibility: access }),
  };
  return { access, services };
}

function pending<T extends object>(name: string): T {
  const fail = () => Promise.reject(new DomainError('backend-unavailable', `${name} is not served yet`));
  return new Proxy({}, { get: () => fail }) as T;
}

/** The bundles of the panels: beside the bundled server, or in the build folder of the sources. */
function assetsFolder(): string {
  const here = import.meta.dirname;
  return basename(join(here, '..')) === 'dist' ? join(here, '../webviews') : join(here, '../dist/webviews');
}

function localUrl(host: string, port: number): string {
  const isAny = host === '0.0.0.0' || host === '::';
  const name = isAny ? '127.0.0.1' : host;
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}`;
}

function cannotListen({ host, port }: Config, error: unknown): unknown {
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
