/**
 * The store as the domain sees it: one unit of work over all aggregates.
 *
 * `write` runs its work alone and answers after the commit is durable. The
 * work awaits nothing but the store it is given: an await of anything else is
 * caught and rolls it back. Several units may share one commit. `read` sees
 * one snapshot of the newest committed state, and it too awaits nothing but the
 * store. Both give the same `Stores`; only `write` may call what changes
 * something.
 */

import type { CommentStore } from '../comments/ports.ts';
import type { HostStore } from '../compute/ports.ts';
import type { BudgetStore, CostScans, CostStore } from '../costs/ports.ts';
import type { EnvironmentStore } from '../environments/ports.ts';
import type { EventStore } from '../events/ports.ts';
import type { AccessStore, AuditScans, CredentialStore, GroupStore } from '../governance/ports.ts';
import type { QueueStore } from '../jobs/ports.ts';
import type { LinkStore, LoggedModelStore, RegistryStore } from '../models/ports.ts';
import type { PlanStore, ProjectScans, ProjectStore } from '../projects/ports.ts';
import type { RunStore } from '../runs/ports.ts';
import type { ScheduleStore } from '../schedules/ports.ts';
import type { ScriptStore } from '../scripts/ports.ts';
import type { SecretStore } from '../secrets/ports.ts';
import type { SweepStore } from '../sweeps/ports.ts';
import type { TraceStore } from '../traces/ports.ts';
import type { RunScans, TrackingStore } from '../tracking/ports.ts';
import type { ViewStore } from '../views/ports.ts';
import type { WebhookStore } from '../webhooks/ports.ts';
import type { WorkspaceStore } from '../workspaces/ports.ts';

export type Stores = {
  readonly access: AccessStore;
  readonly credentials: CredentialStore;
  readonly projects: ProjectStore;
  readonly plans: PlanStore;
  readonly environments: EnvironmentStore;
  readonly runs: RunStore;
  readonly tracking: TrackingStore;
  readonly links: LinkStore;
  readonly loggedModels: LoggedModelStore;
  readonly registry: RegistryStore;
  readonly traces: TraceStore;
  readonly webhooks: WebhookStore;
  readonly views: ViewStore;
  readonly events: EventStore;
  readonly scripts: ScriptStore;
  readonly costs: CostStore;
  readonly hosts: HostStore;
  readonly comments: CommentStore;
  readonly sweeps: SweepStore;
  readonly queue: QueueStore;
  readonly schedules: ScheduleStore;
  readonly secrets: SecretStore;
  readonly budgets: BudgetStore;
  readonly groups: GroupStore;
  readonly workspaces: WorkspaceStore;
};

export interface Store {
  readonly scans: RunScans & CostScans & ProjectScans & AuditScans;
  write<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
  read<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
  /** A consistent copy of everything into a new file while the server works. */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}
