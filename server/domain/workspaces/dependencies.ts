/** What the pieces of workspaces are given. */
import type { CodeStore } from '../code/ports.ts';
import type { Backends, Catalog, HostPlacement, JobSpec, TierHealth } from '../compute/ports.ts';
import type { DefinitionReader, EnvironmentBuilds } from '../environments/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { Visibility, WorkspaceTokens } from '../shared/access.ts';
import type { Clock, Log } from '../shared/ports.ts';
import type { Store } from '../shared/store.ts';
import type { RoleCheck } from '../views/ports.ts';
import type { AddedPackages, ToolWatch, WorkSaver } from './ports.ts';

export type WorkspaceTiming = {
  /** How often a tool that starts is asked whether it answers. */
  readonly lookMs: number;
  /** How often it is looked for work in a workspace, and whether it is to be saved. */
  readonly tickMs: number;
  readonly saveMs: number;
  /** How long before a stop for being idle people are told. */
  readonly noticeMs: number;
  /** A minute of idle time and of an extension. */
  readonly minuteMs: number;
  /** The first wait after a failure; it doubles up to the last. */
  readonly firstRetryMs: number;
  readonly lastRetryMs: number;
};

export const workspaceTiming: WorkspaceTiming = {
  lookMs: 250,
  tickMs: 30_000,
  saveMs: 5 * 60_000,
  noticeMs: 10 * 60_000,
  minuteMs: 60_000,
  firstRetryMs: 500,
  lastRetryMs: 30_000,
};

export type WorkspaceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly feed: EventFeed;
  readonly access: RoleCheck;
  readonly visibility: Visibility;
  readonly tokens: WorkspaceTokens;
  readonly catalog: Catalog;
  readonly health: TierHealth;
  readonly backends: Backends;
  readonly placement: HostPlacement;
  readonly builds: EnvironmentBuilds;
  readonly definitions: Pick<DefinitionReader, 'tools'>;
  readonly code: Pick<CodeStore, 'entries' | 'hasCommit' | 'branchTip'>;
  readonly saver: WorkSaver;
  readonly watch: ToolWatch;
  readonly packages: AddedPackages;
  /** Where jobs reach this server. */
  readonly url: () => string;
  /** Where browsers and programs reach a workspace, without a path. */
  readonly origins: (workspaceId: string) => { readonly browser: string; readonly programs: string };
  /** The secret that a workspace's tool asks for; only this server can tell it. */
  readonly toolSecret: (workspaceId: string) => string;
  /** The shell command of a run with its parameters in it. */
  readonly commandLine: (command: string, parameters: Readonly<Record<string, string>>) => string;
  /** Of this machine, for the tools whose command names the variable. */
  readonly toolPrograms: NonNullable<JobSpec['programs']>;
  readonly timing?: Partial<WorkspaceTiming>;
};
