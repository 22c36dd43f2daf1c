/** The services that govern people and money, put together over their ports. */
import type { Catalog, QueueRules, RunScheduler } from './domain/compute/ports.ts';
import { BudgetService } from './domain/costs/budgetService.ts';
import { BudgetWatch } from './domain/costs/budgetWatch.ts';
import { Admission } from './domain/costs/launchAdmission.ts';
import { GovernedQueue } from './domain/costs/queueRules.ts';
import { QuotaService } from './domain/costs/quotaService.ts';
import type { EventFeed } from './domain/events/ports.ts';
import { AccessRequests } from './domain/governance/accessRequests.ts';
import { AccountService, type AccountServiceDependencies } from './domain/governance/accountService.ts';
import { AuditService } from './domain/governance/auditService.ts';
import { GroupService } from './domain/governance/groupService.ts';
import type { JobSecrets } from './domain/secrets/ports.ts';
import { SecretKeeper } from './domain/secrets/secretKeeper.ts';
import { SecretService } from './domain/secrets/secretService.ts';
import type { Visibility } from './domain/shared/access.ts';
import type { LaunchAdmission } from './domain/shared/admission.ts';
import type { Clock, Log } from './domain/shared/ports.ts';
import type { Store } from './domain/shared/store.ts';
import type { SecretBox } from './domain/webhooks/ports.ts';

export type LaunchRulesDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly catalog: Catalog;
  /** Seals the secrets of projects and people. */
  readonly secretBox: SecretBox;
};

/** What launches and jobs are governed by. */
export type LaunchRules = {
  readonly jobSecrets: JobSecrets;
  readonly rules: QueueRules;
  readonly admission: LaunchAdmission;
};

export function createLaunchRules(deps: LaunchRulesDependencies): LaunchRules {
  return {
    jobSecrets: new SecretKeeper({ ...deps, box: deps.secretBox }),
    rules: new GovernedQueue(deps),
    admission: new Admission(deps),
  };
}

export type GovernanceDependencies = LaunchRulesDependencies & {
  readonly access: AccountServiceDependencies['access'];
  readonly passwords: AccountServiceDependencies['passwords'];
  readonly log: Log;
  readonly visibility: Visibility;
  readonly scheduler: RunScheduler;
};

export function createGovernance(deps: GovernanceDependencies) {
  const budgets = new BudgetWatch(deps);
  const table = {
    secrets: new SecretService({ ...deps, box: deps.secretBox }),
    budgets: new BudgetService({ ...deps, watch: budgets }),
    quotas: new QuotaService(deps),
    accounts: new AccountService(deps),
    groups: new GroupService(deps),
    audit: new AuditService(deps),
    access: new AccessRequests(deps),
  };
  return { budgets, table };
}
