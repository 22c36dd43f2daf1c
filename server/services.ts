/**
 * The domain put together over its ports: which service is given what. It
 * names no adapter and opens nothing.
 */
import type { CodeStore } from './domain/code/ports.ts';
import { BackendHealth } from './domain/compute/backendHealth.ts';
import { HostPool } from './domain/compute/hostPool.ts';
import { HostService } from './domain/compute/hostService.ts';
import type { Backends, Catalog, ComputeBackend, ComputeHosts } from './domain/compute/ports.ts';
import { Scheduler } from './domain/compute/scheduler.ts';
import type { SchedulerDependencies } from './domain/compute/schedulerDependencies.ts';
import { TierService } from './domain/compute/tierService.ts';
import { CostService } from './domain/costs/costService.ts';
import { EnvironmentBuilder } from './domain/environments/environmentBuilder.ts';
import { EnvironmentChecks } from './domain/environments/environmentChecks.ts';
import { EnvironmentService } from './domain/environments/environmentService.ts';
import type { DefinitionReader } from './domain/environments/ports.ts';
import { EventHub } from './domain/events/eventHub.ts';
import { EventService } from './domain/events/eventService.ts';
import { AccessService } from './domain/governance/accessService.ts';
import { SessionService } from './domain/governance/sessionService.ts';
import { LoggedModelRegister } from './domain/models/loggedModelRegister.ts';
import type { ModelDependencies } from './domain/models/modelDependencies.ts';
import { ModelRegistry } from './domain/models/modelRegistry.ts';
import { ModelService } from './domain/models/modelService.ts';
import { ModelVersions } from './domain/models/modelVersions.ts';
import { ProjectService } from './domain/projects/projectService.ts';
import type { ArtifactStore, LogStore } from './domain/runs/ports.ts';
import { RunService } from './domain/runs/runService.ts';
import { ScriptService } from './domain/scripts/scriptService.ts';
import { SearchIndexer } from './domain/search/indexer.ts';
import type { CodeTexts, SearchIndex } from './domain/search/ports.ts';
import { SearchService } from './domain/search/searchService.ts';
import { LiveLogs } from './domain/shared/liveLogs.ts';
import type { Log } from './domain/shared/ports.ts';
import type { Store } from './domain/shared/store.ts';
import { TraceService } from './domain/traces/traceService.ts';
import { ExperimentService } from './domain/tracking/experimentService.ts';
import { TrackingService } from './domain/tracking/trackingService.ts';
import { ViewService } from './domain/views/viewService.ts';
import type { SecretBox, WebhookSender } from './domain/webhooks/ports.ts';
import { WebhookFollower } from './domain/webhooks/webhookFollower.ts';
import { WebhookService } from './domain/webhooks/webhookService.ts';
import type { ServiceTable } from './transport/http/services.ts';

export type Ports = {
  readonly store: Store;
  readonly logs: LogStore;
  readonly artifacts: ArtifactStore;
  readonly code: CodeStore;
  readonly catalog: Catalog;
  readonly backend: ComputeBackend;
  readonly hosts: ComputeHosts;
  readonly definitions: DefinitionReader;
  readonly sender: WebhookSender;
  readonly secrets: SecretBox;
  readonly search: SearchIndex;
  readonly codeTexts: CodeTexts;
};

/** What tests look into: points between steps at which they stop or kill, and shorter waits. */
export type Probes = Pick<SchedulerDependencies, 'step' | 'timing'>;

export type ServicesOptions = {
  readonly ports: Ports;
  readonly log: Log;
  readonly fixedToken: string | null;
  readonly server: { readonly id: string; readonly version: string; readonly startedAt: number };
  /** Where jobs reach this server: known once it listens. */
  readonly url: () => string;
  readonly probes: Probes;
};

export type Services = {
  readonly table: ServiceTable;
  readonly access: AccessService;
  readonly tracking: TrackingService;
  readonly models: Models;
  readonly traces: TraceService;
  readonly webhooks: WebhookService;
  readonly follower: WebhookFollower;
  readonly indexer: SearchIndexer;
  readonly scheduler: Scheduler;
  readonly checks: EnvironmentChecks;
  readonly hub: EventHub;
};

const clock = { now: Date.now };

export function createServices(options: ServicesOptions): Services {
  const { ports, log, fixedToken, server } = options;
  const { store } = ports;
  const hub = new EventHub({ store, log });
  const access = new AccessService({ store, clock, log, fixedToken });
  const feed = hub;
  const shared = { ...ports, clock, feed, log, visibility: access, access };
  const tracking = new TrackingService(shared);
  const traces = new TraceService(shared);
  const { runs, tiers, compute, environments, checks, scheduler } = createCompute(options, { hub, access });
  const finding = { index: ports.search, code: ports.codeTexts };
  const indexer = new SearchIndexer({ ...shared, ...finding, hub });
  const table: ServiceTable = {
    session: new SessionService({ ...shared, server }),
    projects: new ProjectService(shared),
    environments,
    tiers,
    compute,
    runs,
    scripts: new ScriptService(shared),
    experiments: new ExperimentService(shared),
    models: new ModelService(shared),
    views: new ViewService(shared),
    costs: new CostService(shared),
    events: new EventService({ ...shared, hub }),
    search: new SearchService({ ...shared, ...finding, progress: indexer }),
  };
  const models = createModels(shared);
  const webhooks = new WebhookService(shared);
  const follower = new WebhookFollower({ ...shared, hub });
  return { table, access, tracking, models, traces, webhooks, follower, indexer, scheduler, checks, hub };
}

export type Models = ReturnType<typeof createModels>;

/** What clients log of models and register, over the MLflow wire. */
export function createModels(deps: ModelDependencies) {
  return {
    logged: new LoggedModelRegister(deps),
    registry: new ModelRegistry(deps),
    versions: new ModelVersions(deps),
  };
}

type Governance = { readonly hub: EventHub; readonly access: AccessService };

/** What starts jobs and follows them. */
function createCompute({ ports, log, url, probes }: ServicesOptions, { hub, access }: Governance) {
  const pool = new HostPool(ports);
  const backends = allBackends(ports);
  const health = new BackendHealth({ backends, clock, pool });
  const shared = { ...ports, clock, log, health, feed: hub, logs: new LiveLogs(ports.logs), visibility: access };
  const builds = new EnvironmentBuilder(shared);
  const checks = new EnvironmentChecks(shared);
  const scheduler = new Scheduler({ ...shared, ...probes, backends, pool, builds, tokens: access, url });
  return {
    scheduler,
    runs: new RunService({ ...shared, scheduler }),
    tiers: new TierService(shared),
    compute: new HostService({ ...shared, pool, scheduler }),
    checks,
    environments: new EnvironmentService({ ...shared, builds, checks }),
  };
}

/** The machine's own and those of the hosts, as the catalog has them at the moment. */
function allBackends({ backend, hosts }: Ports): Backends {
  const values = () => [backend, ...hosts.list().map((host) => host.backend)];
  return { get: (id) => values().find((each) => each.id === id), values };
}

export { clock };
