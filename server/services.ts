/**
 * The domain put together over its ports: which service is given what. It
 * names no adapter and opens nothing.
 */

import type { CodeStore, ProjectCode } from './domain/code/ports.ts';
import { CommentService } from './domain/comments/commentService.ts';
import { BackendHealth } from './domain/compute/backendHealth.ts';
import { HostPool } from './domain/compute/hostPool.ts';
import { HostService } from './domain/compute/hostService.ts';
import type { Backends, Catalog, ComputeBackend, ComputeHosts } from './domain/compute/ports.ts';
import { QueueService, type QueueServiceDependencies } from './domain/compute/queueService.ts';
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
import { JobService, type JobServiceDependencies } from './domain/jobs/jobService.ts';
import type { JobFileReader } from './domain/jobs/ports.ts';
import { LoggedModelRegister } from './domain/models/loggedModelRegister.ts';
import type { ModelDependencies } from './domain/models/modelDependencies.ts';
import { ModelRegistry } from './domain/models/modelRegistry.ts';
import { ModelService } from './domain/models/modelService.ts';
import { ModelVersions } from './domain/models/modelVersions.ts';
import type { StageList } from './domain/projects/ports.ts';
import { projectEntries } from './domain/projects/projectEntries.ts';
import { ProjectPurge } from './domain/projects/projectPurge.ts';
import type { ArtifactStore, LogStore } from './domain/runs/ports.ts';
import { Retries } from './domain/runs/retries.ts';
import { RunLauncher, type RunLauncherDependencies } from './domain/runs/runLauncher.ts';
import { RunService } from './domain/runs/runService.ts';
import { ScheduleRunner, type ScheduleRunnerDependencies } from './domain/schedules/scheduleRunner.ts';
import { ScheduleService } from './domain/schedules/scheduleService.ts';
import { ScriptService } from './domain/scripts/scriptService.ts';
import { SearchIndexer } from './domain/search/indexer.ts';
import type { CodeTexts, SearchIndex } from './domain/search/ports.ts';
import { SearchService } from './domain/search/searchService.ts';
import { LiveLogs } from './domain/shared/liveLogs.ts';
import type { Log } from './domain/shared/ports.ts';
import type { Store } from './domain/shared/store.ts';
import { OptunaStudies } from './domain/sweeps/optunaStudies.ts';
import { SweepController } from './domain/sweeps/sweepController.ts';
import { SweepService } from './domain/sweeps/sweepService.ts';
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
  readonly projectCode: ProjectCode;
  readonly catalog: Catalog & StageList;
  readonly backend: ComputeBackend;
  readonly hosts: ComputeHosts;
  readonly definitions: DefinitionReader;
  readonly jobFiles: JobFileReader;
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
  readonly schedules: ScheduleRunner;
  readonly checks: EnvironmentChecks;
  readonly purge: ProjectPurge;
  readonly hub: EventHub;
  readonly sweepController: SweepController;
  readonly studies: OptunaStudies;
};

const clock = { now: Date.now };

export function createServices(options: ServicesOptions): Services {
  const { ports, log, fixedToken, server } = options;
  const { store } = ports;
  const hub = new EventHub({ store, log });
  const access = new AccessService({ store, clock, log, fixedToken });
  const shared = { ...ports, clock, feed: hub, log, visibility: access, access };
  const tracking = new TrackingService(shared);
  const traces = new TraceService(shared);
  const { runs, tiers, compute, environments, checks, scheduler, health, launching } = createCompute(options, {
    hub,
    access,
  });
  const sweepController = new SweepController({ ...shared, hub, scheduler, launching });
  const studies = new OptunaStudies({ ...shared, hub });
  const finding = { index: ports.search, code: ports.codeTexts };
  const indexer = new SearchIndexer({ ...shared, ...finding, hub });
  const costs = new CostService(shared);
  const { runner, ...scheduling } = createScheduling({ ...shared, scheduler, health, costs });
  const table: ServiceTable = {
    session: new SessionService({ ...shared, server }),
    projects: projectEntries(shared),
    environments,
    tiers,
    compute,
    runs,
    scripts: new ScriptService(shared),
    experiments: new ExperimentService(shared),
    models: new ModelService(shared),
    views: new ViewService(shared),
    comments: new CommentService(shared),
    costs,
    events: new EventService({ ...shared, hub }),
    search: new SearchService({ ...shared, ...finding, progress: indexer }),
    sweeps: new SweepService({ ...shared, runs, launching, controller: sweepController }),
    ...scheduling,
  };
  const models = createModels(shared);
  const hooks = { webhooks: new WebhookService(shared), follower: new WebhookFollower({ ...shared, hub }) };
  const following = { ...hooks, indexer, sweepController, studies, purge: new ProjectPurge(shared), schedules: runner };
  return { table, access, tracking, models, traces, scheduler, checks, hub, ...following };
}

type SchedulingDependencies = Omit<
  JobServiceDependencies & RunLauncherDependencies & QueueServiceDependencies & ScheduleRunnerDependencies,
  'works' | 'launches'
>;

/** What launches by definition and by itself, and what people see and change of the queue. */
function createScheduling(deps: SchedulingDependencies) {
  const jobs = new JobService({ ...deps, launches: new RunLauncher(deps) });
  const runner = new ScheduleRunner({ ...deps, works: jobs });
  return {
    runner,
    jobs,
    queue: new QueueService(deps),
    schedules: new ScheduleService({ ...deps, works: jobs, runner }),
  };
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
  const ends = new Retries(shared);
  const scheduler = new Scheduler({ ...shared, ...probes, backends, pool, builds, tokens: access, ends, url });
  return {
    scheduler,
    launching: new RunLauncher({ ...shared, scheduler }),
    health,
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
