/** All entries of `projects`, each by the service that it belongs to. */
import type { Call } from '../shared/call.ts';
import { DeletionService, type DeletionServiceDependencies } from './deletionService.ts';
import { PlanService, type PlanServiceDependencies } from './planService.ts';
import { PortfolioService, type PortfolioServiceDependencies } from './portfolioService.ts';
import { ProjectCodeService, type ProjectCodeServiceDependencies } from './projectCodeService.ts';
import { ProjectService, type ProjectServiceDependencies } from './projectService.ts';

export type ProjectEntriesDependencies = ProjectServiceDependencies &
  PlanServiceDependencies &
  PortfolioServiceDependencies &
  ProjectCodeServiceDependencies &
  DeletionServiceDependencies;

export function projectEntries(deps: ProjectEntriesDependencies) {
  const facts = new ProjectService(deps);
  const plans = new PlanService(deps);
  const portfolio = new PortfolioService(deps);
  const code = new ProjectCodeService(deps);
  const deletion = new DeletionService(deps);
  return {
    stages: entry(facts, facts.stages),
    list: entry(facts, facts.list),
    get: entry(facts, facts.get),
    create: entry(facts, facts.create),
    update: entry(facts, facts.update),
    transfer: entry(facts, facts.transfer),
    members: entry(facts, facts.members),
    setMember: entry(facts, facts.setMember),
    overview: entry(plans, plans.overview),
    saveGoal: entry(plans, plans.saveGoal),
    saveBlocker: entry(plans, plans.saveBlocker),
    portfolio: entry(portfolio, portfolio.portfolio),
    readme: entry(code, code.readme),
    branches: entry(code, code.branches),
    protectBranch: entry(code, code.protectBranch),
    template: entry(code, code.template),
    createFrom: entry(code, code.createFrom),
    dependents: entry(deletion, deletion.dependents),
    delete: entry(deletion, deletion.delete),
    deleted: entry(deletion, deletion.deleted),
    restore: entry(deletion, deletion.restore),
  };
}

function entry<S, I, O>(service: S, method: (this: S, input: I, call: Call) => Promise<O>) {
  return (input: I, call: Call): Promise<O> => method.call(service, input, call);
}
