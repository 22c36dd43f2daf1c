/** Workspaces put together: jobs of the same backends as the runs, beside them. */
import type { BackendHealth } from './domain/compute/backendHealth.ts';
import { commandLine } from './domain/compute/commandLine.ts';
import type { Backends, HostPlacement } from './domain/compute/ports.ts';
import type { EnvironmentBuilder } from './domain/environments/environmentBuilder.ts';
import type { EnvironmentService } from './domain/environments/environmentService.ts';
import type { EventHub } from './domain/events/eventHub.ts';
import type { AccessService } from './domain/governance/accessService.ts';
import type { Clock, Log } from './domain/shared/ports.ts';
import type { WorkspaceDependencies } from './domain/workspaces/dependencies.ts';
import { WorkSaves } from './domain/workspaces/saveWork.ts';
import type { EnvironmentRevisions } from './domain/workspaces/snapshotEnvironment.ts';
import { WorkspaceActivity } from './domain/workspaces/workspaceActivity.ts';
import { WorkspaceGate } from './domain/workspaces/workspaceGate.ts';
import { WorkspaceKeeper } from './domain/workspaces/workspaceKeeper.ts';
import { WorkspaceService } from './domain/workspaces/workspaceService.ts';

type Dependencies = WorkspaceDependencies &
  ConstructorParameters<typeof WorkSaves>[0] &
  ConstructorParameters<typeof WorkspaceKeeper>[0] &
  ConstructorParameters<typeof WorkspaceService>[0];
type Shown = 'origins' | 'toolSecret' | 'toolPrograms';
/** What is made here, or comes from beside. */
type Made =
  | Shown
  | 'access'
  | 'visibility'
  | 'tokens'
  | 'feed'
  | 'backends'
  | 'placement'
  | 'health'
  | 'builds'
  | 'url'
  | 'commandLine'
  | 'timing'
  | 'clock'
  | 'log'
  | 'activity'
  | 'saves'
  | 'keeper'
  | 'gate'
  | 'revisions';

export type WorkspacesOptions = {
  readonly ports: Omit<Dependencies, Made>;
  readonly log: Log;
  readonly url: () => string;
  readonly probes: { readonly workspaceTiming?: WorkspaceDependencies['timing'] };
  readonly workspaces: Pick<WorkspaceDependencies, Shown>;
};

type Beside = {
  readonly hub: EventHub;
  readonly access: AccessService;
  readonly clock: Clock;
  readonly compute: {
    readonly backends: Backends;
    readonly pool: HostPlacement;
    readonly health: BackendHealth;
    readonly builds: EnvironmentBuilder;
    readonly environments: EnvironmentService;
  };
};

export function createWorkspaces(options: WorkspacesOptions, { hub, access, compute, clock }: Beside) {
  const { ports, log, url, probes } = options;
  const { backends, pool, health, builds, environments } = compute;
  const activity = new WorkspaceActivity(clock);
  const governed = { access, visibility: access, tokens: access, feed: hub };
  const placed = { backends, placement: pool, health, builds, url, commandLine, timing: probes.workspaceTiming };
  const shared = { ...ports, ...governed, ...placed, ...options.workspaces, clock, log, activity };
  const saves = new WorkSaves(shared);
  const keeper = new WorkspaceKeeper({ ...shared, saves });
  const gate = new WorkspaceGate(shared);
  const revisions: EnvironmentRevisions = {
    revise: async (caller, input) => {
      const call = { caller, signal: new AbortController().signal };
      return (await environments.revise(input, call)).latest;
    },
  };
  return { keeper, gate, workspaces: new WorkspaceService({ ...shared, saves, keeper, gate, revisions }) };
}
