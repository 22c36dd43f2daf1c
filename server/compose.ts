/**
 * The only file that names adapters: opens what the server keeps, gives it to
 * the services, and lets clients in last. Everything that is opened is closed
 * in reverse order, also when a later step fails.
 */
import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { basename, join } from 'node:path';
import { readLeftPortFile, removePortFile, writePortFile } from '../client/portFile.ts';
import manifest from '../package.json' with { type: 'json' };
import { DiskArtifactStore } from './adapters/blobs/diskArtifactStore.ts';
import { DiskUploads } from './adapters/blobs/diskUploads.ts';
import { createDefinitionReader } from './adapters/definitions/definitionReader.ts';
import { createJobFileReader } from './adapters/definitions/jobFileReader.ts';
import { serverName } from './adapters/docker/containerSettings.ts';
import { HostsOnDemand } from './adapters/docker/hostsOnDemand.ts';
import { DocumentCatalog } from './adapters/document/documentCatalog.ts';
import { GitCodeHistory } from './adapters/git/gitCodeHistory.ts';
import { GitCodeTexts } from './adapters/git/gitCodeTexts.ts';
import { GitProjectCode } from './adapters/git/gitProjectCode.ts';
import { GitRepositoryStore } from './adapters/git/gitRepositoryStore.ts';
import { WorkspaceSaver } from './adapters/git/workspaceSaver.ts';
import { OpenIdProvider } from './adapters/identity/openIdProvider.ts';
import { readSignInFile } from './adapters/identity/signInFile.ts';
import { ChunkLogStore } from './adapters/logs/chunkLogStore.ts';
import { Argon2Hasher } from './adapters/passwords/argon2Hasher.ts';
import { createProcessBackend } from './adapters/process/processBackend.ts';
import { openStore, type SqliteStore } from './adapters/sqlite/openStore.ts';
import { SqliteSearchIndex } from './adapters/sqlite/search/sqliteSearchIndex.ts';
import { createAddedPackages } from './adapters/tools/addedPackages.ts';
import { createToolWatch } from './adapters/tools/toolWatch.ts';
import { HttpWebhookSender } from './adapters/webhooks/httpWebhookSender.ts';
import { cannotListen } from './cannotListen.ts';
import type { Config } from './config.ts';
import { recordPush } from './domain/code/pushRecord.ts';
import { recordWrongTokens } from './domain/governance/wrongTokenRecord.ts';
import { guardBranches } from './domain/projects/branchGuard.ts';
import type { Log } from './domain/shared/ports.ts';
import { createEntrance, type Entrance } from './entrance.ts';
import { defaultChunkLimits } from './platform/chunkedFile.ts';
import { holdDataFolder } from './platform/dataFolder.ts';
import { createLogger } from './platform/logger.ts';
import { KeySecretBox } from './platform/secretBox.ts';
import { secretKey } from './platform/secretKey.ts';
import { clock, createServices, type Ports, type Probes, type Services, type ServicesOptions } from './services.ts';
import { createGitHandler } from './transport/git/handler.ts';
import { BatchReader } from './transport/mlflow/batchReader.ts';
import { createMlflowHandler } from './transport/mlflow/handler.ts';
import { createOtlpHandler } from './transport/mlflow/otlp/handler.ts';
import { WorkspaceHosts } from './transport/proxy/workspaceHosts.ts';
import { WorkspaceProxy } from './transport/proxy/workspaceProxy.ts';
import { WorkspaceSession } from './transport/proxy/workspaceSession.ts';

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
export async function compose(config: Config, probes: Probes = {}): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack();
  const log = createLogger({ level: config.logLevel });
  const address = { url: '', workspacePort: 0 };
  const kept = await openKept(config, { log, opened, server: () => targetOf(address.url) });
  const server = { id: kept.store.serverId, version: manifest.version, startedAt: clock.now() };
  const signIn = await readSignIn(config, { log, url: () => address.url });
  const { host, hostNames, workspaceUrl: publicUrl } = config;
  const hosts = new WorkspaceHosts({ host, hostNames, publicUrl, port: () => address.workspacePort });
  const services = createServices({
    ports: kept,
    log,
    fixedToken: config.token,
    server,
    url: () => address.url,
    signIn,
    probes,
    workspaces: workspaceOptions(config, { hosts, key: kept.sessionKey }),
  });
  const { secret } = await services.access.ensureAdmin((await readLeftPortFile(config.dataFolder))?.token);
  const batches = new BatchReader();
  opened.defer(() => batches.close());
  const { names } = signIn;
  const entrance = openEntrance({ config, names, kept, services, hosts, batches, log, server });
  opened.defer(() => entrance.stop(drainMs));
  const port = await entrance.listen(config.port).catch((error: unknown) => {
    throw cannotListen(config, error);
  });
  address.url = localUrl(config.host, port);
  const proxy = openProxy({ kept, services, hosts, log, entrance });
  opened.defer(() => proxy.close());
  address.workspacePort = await proxy.listen(config.workspacePort ?? (config.port === 0 ? 0 : port + 1), host);
  await startWorkers(services, opened);
  const admin = await services.access.authenticate(secret);
  await publish(config.dataFolder, { url: address.url, token: secret, serverId: server.id, opened });
  const owned = opened.move();
  return {
    url: address.url,
    port,
    token: secret,
    signInUrl: () => `${address.url}${entrance.signInPath(admin)}`,
    stop: () => owned.disposeAsync(),
  };
}

/** What works by itself. Each ends before those that it was started after. */
async function startWorkers(services: Services, opened: AsyncDisposableStack): Promise<void> {
  const { scheduler, keeper, schedules, follower, studies, sweepController, budgets, indexer, purge } = services;
  opened.defer(() => services.checks.close());
  for (const worker of [scheduler, keeper, schedules, follower, studies, sweepController, budgets, indexer, purge]) {
    await worker.start();
    opened.defer(() => worker.stop());
  }
}

type Kept = Ports & {
  readonly store: SqliteStore;
  readonly code: GitRepositoryStore;
  readonly uploads: DiskUploads;
  readonly sessionKey: Uint8Array;
};
type Opening = { readonly log: Log; readonly opened: AsyncDisposableStack; readonly server: () => Target };

/** What is on disk. The folder is held before anything in it is touched. */
async function openKept({ dataFolder }: Config, { log, opened, server }: Opening): Promise<Kept> {
  const at = (name: string) => join(dataFolder, name);
  const folder = holdDataFolder(dataFolder);
  opened.defer(() => folder.release());
  const store = openStore({ file: at('flywheel.db') });
  opened.defer(() => store.close());
  const search = new SqliteSearchIndex({ file: at('search.db'), database: at('flywheel.db') });
  opened.defer(() => search.close());
  const catalog = await DocumentCatalog.open(at('catalog.json'));
  opened.defer(() => catalog.close());
  const { logLimitMiB } = catalog.defaults();
  const sessionKey = await secretKey(at('session.key'));
  const logs = new ChunkLogStore({
    folder: at('logs'),
    limits: () => ({ ...defaultChunkLimits, limitBytes: catalog.defaults().logLimitMiB * 2 ** 20 }),
  });
  opened.defer(() => logs.close());
  const artifacts = new DiskArtifactStore({ folder: at('artifacts') });
  return {
    store,
    catalog,
    logs,
    artifacts,
    uploads: new DiskUploads({ folder: at('artifacts'), artifacts }),
    ...openRepositories({ folder: at('repos'), cache: at('cache') }),
    hasher: new Argon2Hasher(),
    search,
    backend: createProcessBackend({ ...processFolders(at), logLimitMiB, log }),
    hosts: opened.use(
      await HostsOnDemand.open({
        ...{ catalog, serverId: store.serverId, server, log },
        ...{ folder: at('docker'), cache: at('cache') },
      }),
    ),
    definitions: createDefinitionReader(),
    jobFiles: createJobFileReader(),
    watch: createToolWatch(),
    packages: createAddedPackages(),
    sender: new HttpWebhookSender({ allowed: () => catalog.defaults().webhookRanges }),
    secrets: new KeySecretBox(sessionKey, 'webhooks'),
    secretBox: new KeySecretBox(await secretKey(at('secrets.key')), 'secrets'),
    sessionKey,
  };
}

type Target = { readonly host: string; readonly port: number };

/** Where the server itself listens, for those who come through a door of ours. */
function targetOf(url: string): Target {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function processFolders(at: (name: string) => string) {
  return { jobsFolder: at('jobs'), environmentsFolder: at('environments'), volumesFolder: at('workspaces') };
}

function openRepositories({ folder, cache }: { readonly folder: string; readonly cache: string }) {
  const code = new GitRepositoryStore({ folder });
  return {
    code,
    projectCode: new GitProjectCode({ folder, repositories: code }),
    codeTexts: new GitCodeTexts({ folder }),
    history: new GitCodeHistory({ folder }),
    saver: new WorkspaceSaver({ repositories: folder, cache }),
  };
}

type EntranceParts = {
  /** By which browsers reach it beside those of the configuration. */
  readonly names: readonly string[];
  readonly config: Config;
  readonly kept: Kept;
  readonly services: Services;
  readonly hosts: WorkspaceHosts;
  readonly batches: BatchReader;
  readonly log: Log;
  readonly server: { readonly id: string; readonly version: string };
};

function openEntrance({ config, names, kept, services, hosts, batches, log, server }: EntranceParts): Entrance {
  const { access, tracking, models, traces, webhooks, table, hub } = services;
  const { store, artifacts, uploads } = kept;
  const mlflow = createMlflowHandler({ tracking, models, traces, webhooks, artifacts, uploads, batches, access, log });
  const otlp = createOtlpHandler({ traces, access, log });
  const git = createGitHandler({
    repositories: kept.code,
    authenticate: (secret, use) => access.authenticate(secret, use),
    authorize: (caller, needed, input) => access.authorize(caller, needed, input),
    guard: (updates, of) => guardBranches(updates, of, store),
    onPush: (projectId, refs, caller) => recordPush({ projectId, refs, caller }, { store, clock, feed: hub }),
  });
  return createEntrance({
    services: table,
    access,
    signIn: services.signIn,
    files: { store, artifacts, code: kept.code },
    handlers: [mlflow, otlp, git],
    host: config.host,
    isForeign: (origin) => hosts.isWorkspaceOrigin(origin),
    // The name under which containers of this machine know the server.
    hostNames: [...config.hostNames, serverName, ...names],
    server: { ...server, sessionKey: kept.sessionKey },
    assetsFolder: assetsFolder(),
    log,
    keepWrongTokens: (tokens) => recordWrongTokens(tokens, { store, clock, feed: hub }),
  });
}

type ProxyParts = Omit<EntranceParts, 'config' | 'server' | 'batches' | 'names'> & { readonly entrance: Entrance };

function openProxy({ kept, services, hosts, log, entrance }: ProxyParts): WorkspaceProxy {
  const box = new KeySecretBox(kept.sessionKey, 'workspaces');
  const session = new WorkspaceSession({ box, secure: () => hosts.secure, now: clock.now });
  const { access, gate } = services;
  return new WorkspaceProxy({ access, gate, hosts, session, failures: entrance.failures, log });
}

type WorkspaceParts = { readonly hosts: WorkspaceHosts; readonly key: Uint8Array };

function workspaceOptions({ codeServer }: Config, { hosts, key }: WorkspaceParts): ServicesOptions['workspaces'] {
  return {
    origins: (id) => ({ browser: hosts.browserOrigin(id), programs: hosts.programOrigin(id) }),
    toolSecret: (id) => createHmac('sha256', key).update(`tool of workspace ${id}`).digest('hex'),
    toolPrograms: codeServer === null ? [] : [{ variable: 'FLYWHEEL_CODE_SERVER', file: codeServer }],
  };
}

type Reached = { readonly log: Log; readonly url: () => string };

async function readSignIn({ dataFolder }: Config, { log, url }: Reached) {
  const { passwords, provider, publicUrl } = await readSignInFile(join(dataFolder, 'sign-in.json'));
  return {
    passwords,
    provider: provider ? new OpenIdProvider(provider, log) : null,
    rules: provider ?? { groups: {}, administrators: [], auditors: [] },
    publicUrl: () => (publicUrl ?? url()).replace(/\/$/, ''),
    names: publicUrl ? [new URL(publicUrl).hostname] : [],
  };
}

type Published = {
  readonly url: string;
  readonly token: string;
  readonly serverId: string;
  readonly opened: AsyncDisposableStack;
};

/** Programs of the same person find the server by this file. */
async function publish(dataFolder: string, { url, token, serverId, opened }: Published): Promise<void> {
  await writePortFile(dataFolder, { url, token, pid: process.pid, serverId, startedAt: clock.now() });
  opened.defer(() => removePortFile(dataFolder));
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
