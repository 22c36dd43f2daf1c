/**
 * The domain put together over its ports: which service is given what. It
 * names no adapter and opens nothing.
 */

import { CodeService } from './domain/code/codeService.ts';
import type { CodeHistory, CodeStore, ProjectCode } from './domain/code/ports.ts';
import { CommentService } from './domain/comments/commentService.ts';
import { BackendHealth } from './domain/compute/backendHealth.ts';
import { HostPool } from './domain/compute/hostPool.ts';
import { HostService } from './domain/compute/hostService.ts';
import type { Backends, Catalog, ComputeBackend, ComputeHosts } from './domain/compute/ports.ts';
import { QueueService, type QueueServiceDependencies } from './domain/compute/queueService.ts';
import { Scheduler } from './domain/compute/scheduler.ts';
import type { SchedulerDependencies } from './domain/compute/schedulerDependencies.ts';
import { TierService } from './domain/compute/tierService.ts';
import type { BudgetWatch } from './domain/costs/budgetWatch.ts';
import { CostService } from './domain/costs/costService.ts';
import { EnvironmentBuilder } from './domain/environments/environmentBuilder.ts';
import { EnvironmentChecks } from './domain/environments/environmentChecks.ts';
import { EnvironmentService } from './domain/environments/environmentService.ts';
import type { DefinitionReader } from './domain/environments/ports.ts';
import { EventHub } from './domain/events/eventHub.ts';
import { EventService } from './domain/events/eventService.ts';
import { AccessService } from './domain/governance/accessService.ts';
import type { PasswordHasher } from './domain/governance/ports.ts';
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
import { RunLauncher } from './domain/runs/runLauncher.ts';
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
import type { WorkspaceDependencies } from './domain/workspaces/dependencies.ts';
import type { AddedPackages, ToolWatch, WorkSaver } from './domain/workspaces/ports.ts';
import type { WorkspaceGate } from './domain/workspaces/workspaceGate.ts';
import type { WorkspaceKeeper } from './domain/workspaces/workspaceKeeper.ts';
import { createGovernance, createLaunchRules, type LaunchRules } from './governance.ts';
import { createSignIn, type SignInOptions } from './signIn.ts';
import type { ServiceTable, SignIn } from './transport/http/services.ts';
import { createWorkspaces } from './workspaces.ts';

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
  /** Of projects and people. */
  readonly secretBox: SecretBox;
  readonly hasher: PasswordHasher;
  readonly search: SearchIndex;
  readonly codeTexts: CodeTexts;
  readonly history: CodeHistory;
  readonly saver: WorkSaver;
  readonly watch: ToolWatch;
  readonly packages: AddedPackages;
};

/** What tests look into: points between steps at which they stop or kill, and shorter waits. */
export type Probes = Pick<SchedulerDependencies, 'step' | 'timing'> & {
  readonly workspaceTiming?: WorkspaceDependencies['timing'];
};

export type ServicesOptions = {
  readonly ports: Ports;
  readonly log: Log;
  readonly fixedToken: string | null;
  readonly server: { readonly id: string; readonly version: string; readonly startedAt: number };
  /** Where jobs reach this server: known once it listens. */
  readonly url: () => string;
  readonly signIn: SignInOptions;
  readonly probes: Probes;
  readonly workspaces: Pick<WorkspaceDependencies, 'origins' | 'toolSecret' | 'toolPrograms'>;
};

export type Services = {
  readonly table: ServiceTable;
  readonly access: AccessService;
  readonly signIn: SignIn;
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
  readonly budgets: BudgetWatch;
  readonly hub: EventHub;
  readonly sweepController: SweepController;
  readonly studies: OptunaStudies;
  readonly keeper: WorkspaceKeeper;
  readonly gate: WorkspaceGate;
};

const clock = { now: Date.now };

export function createServices(options: ServicesOptions): Services {
  const { ports, log, fixedToken, server } = options;
  const hub = new EventHub({ ...ports, log });
  const access = new AccessService({ ...ports, clock, log, fixedToken });
  const rules = createLaunchRules({ ...ports, clock, feed: hub });
  const { signIn, passwords } = createSignIn({ ...ports, clock, feed: hub, log, access }, options.signIn);
  const shared = { ...ports, ...rules, clock, feed: hub, hub, log, visibility: access, access, passwords };
  const compute = createCompute(options, { hub, access, rules });
  const { checks, ...started } = compute;
  const { scheduler, launching } = started;
  const { workspaces, ...workspaceParts } = createWorkspaces(options, { hub, access, compute, clock });
  const { budgets, table: governed } = createGovernance({ ...shared, scheduler });
  const { sweeps, ...sweeping } = createSweeps({ ...shared, ...started });
  const { search, indexer } = createSearch({ ...shared, index: ports.search, code: ports.codeTexts });
  const costs = new CostService(shared);
  const { runner, ...scheduling } = createScheduling({ ...shared, scheduler, costs, launches: launching });
  const table: ServiceTable = {
    session: new SessionService({ ...shared, server }),
    projects: projectEntries(shared),
    ...started.entries,
    code: new CodeService(shared),
    scripts: new ScriptService(shared),
    experiments: new ExperimentService(shared),
    models: new ModelService(shared),
    views: new ViewService(shared),
    comments: new CommentService(shared),
    costs,
    events: new EventService(shared),
    search,
    sweeps,
    ...scheduling,
    ...governed,
    workspaces,
  };
  const workers = {
    ...workspaceParts,
    ...sweeping,
    indexer,
    purge: new ProjectPurge(shared),
    budgets,
    schedules: runner,
  };
  return { table, access, signIn, scheduler, checks, hub, ...createWires(shared), ...workers };
}

type WireDependencies = ModelDependencies &
  ConstructorParameters<typeof TrackingService>[0] &
  ConstructorParameters<typeof TraceService>[0] &
  ConstructorParameters<typeof WebhookService>[0] &
  ConstructorParameters<typeof WebhookFollower>[0];

/** What stands behind the MLflow and OpenTelemetry wires. */
function createWires(deps: WireDependencies) {
  return {
    tracking: new TrackingService(deps),
    traces: new TraceService(deps),
    models: createModels(deps),
    webhooks: new WebhookService(deps),
    follower: new WebhookFollower(deps),
  };
}

type SweepingDependencies = ConstructorParameters<typeof SweepController>[0] &
  Omit<ConstructorParameters<typeof SweepService>[0], 'controller'>;

function createSweeps(deps: SweepingDependencies) {
  const sweepController = new SweepController(deps);
  const sweeps = new SweepService({ ...deps, controller: sweepController });
  return { sweeps, sweepController, studies: new OptunaStudies(deps) };
}

function createSearch(
  deps: ConstructorParameters<typeof SearchIndexer>[0] &
    Omit<ConstructorParameters<typeof SearchService>[0], 'progress'>,
) {
  const indexer = new SearchIndexer(deps);
  return { indexer, search: new SearchService({ ...deps, progress: indexer }) };
}

type SchedulingDependencies = Omit<
  JobServiceDependencies & QueueServiceDependencies & ScheduleRunnerDependencies,
  'works'
>;

/** What launches by definition and by itself, and what people see and change of the queue. */
function createScheduling(deps: SchedulingDependencies) {
  const jobs = new JobService(deps);
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

type Governance = { readonly hub: EventHub; readonly access: AccessService; readonly rules: LaunchRules };

/** What starts jobs and follows them. */
function createCompute({ ports, log, url, probes }: ServicesOptions, { hub, access, rules }: Governance) {
  const pool = new HostPool(ports);
  const backends = allBackends(ports);
  const health = new BackendHealth({ backends, clock, pool });
  const logs = new LiveLogs(ports.logs);
  const shared = { ...ports, ...rules, clock, log, health, feed: hub, logs, visibility: access };
  const builds = new EnvironmentBuilder(shared);
  const checks = new EnvironmentChecks(shared);
  const ends = new Retries(shared);
  const scheduler = new Scheduler({ ...shared, ...probes, backends, pool, builds, tokens: access, ends, url });
  const runs = new RunService({ ...shared, scheduler });
  const environments = new EnvironmentService({ ...shared, builds, checks });
  const launching = new RunLauncher({ ...shared, scheduler });
  const hosts = new HostService({ ...shared, pool, scheduler });
  const entries = { runs, environments, tiers: new TierService(shared), compute: hosts };
  return { backends, pool, health, builds, scheduler, checks, launching, runs, environments, entries };
}

function allBackends({ backend, hosts }: Ports): Backends {
  const values = () => [backend, ...hosts.list().map((host) => host.backend)];
  return { get: (id) => values().find((each) => each.id === id), values };
}

export { clock };
