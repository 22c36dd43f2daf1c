/** Which entries of the contract the panels about projects may call, beside those that every panel may. */
export const projectPanelEntries = [
  'session.listUsers',
  'projects.stages',
  'projects.get',
  'projects.update',
  'projects.setMember',
  'projects.overview',
  'projects.saveGoal',
  'projects.saveBlocker',
  'projects.readme',
  'projects.branches',
  'projects.protectBranch',
  'projects.transfer',
  'projects.createFrom',
  'projects.template',
  'projects.dependents',
  'projects.delete',
  'projects.restore',
  'models.list',
  'runs.list',
  'costs.spending',
  'events.list',
] as const;

export const portfolioPanelEntries = [
  'projects.portfolio',
  'projects.update',
  'projects.create',
  'projects.createFrom',
  'projects.template',
  'projects.deleted',
  'projects.restore',
] as const;
