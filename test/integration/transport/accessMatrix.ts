/**
 * What the access matrix needs to know of each entry beside its contract: an
 * input that reaches it and changes nothing that matters. An entry that is not
 * listed here fails the test.
 */
export type Fixture = {
  readonly projectId: string;
  readonly experimentId: string;
  readonly runId: string;
  readonly modelName: string;
  readonly viewId: string;
  readonly sweepId: string;
  /** A service account of the project. */
  readonly serviceId: string;
  readonly scheduleId: string;
  /** One that everybody in the project works in together. */
  readonly workspaceId: string;
};

export type Probe = {
  readonly input: (of: Fixture) => Readonly<Record<string, unknown>>;
  /** What the service itself says to a token that is narrowed, where anyone signed in may call. */
  readonly narrowed?: 'served' | 'served but to jobs' | 'refused';
  /** The input asks for something that is not there: "not found" is then an answer of the service. */
  readonly missing?: true;
};

const ofProject = { input: ({ projectId }: Fixture) => ({ projectId }) };
const ofRun = { input: ({ runId }: Fixture) => ({ runId }) };
const ofExperiments = { input: ({ experimentId }: Fixture) => ({ experimentIds: [experimentId] }) };
const ofSweep = { input: ({ sweepId }: Fixture) => ({ sweepId }) };
const ofAccount = { input: ({ serviceId }: Fixture) => ({ userId: serviceId }) };
const nothing = () => ({});
const commit = '0'.repeat(40);
const noComment = '00000000-0000-4000-8000-000000000000';
const noId = '00000000-0000-4000-8000-000000000000';
const code = { commit, base: null, branch: null, dirty: false };
const ofSchedule = { input: ({ scheduleId }: Fixture) => ({ scheduleId }) };
const jobOf = ({ projectId }: Fixture) => ({ projectId, job: 'none', code });
const noWorkspace = '0'.repeat(16);
const noView = { version: 1, columns: [], sort: [], filter: '', runs: 'active', groupBy: [], charts: {} };

export const probes: Readonly<Record<string, Probe>> = {
  'session.hello': { input: () => ({ client: { name: 'matrix', version: '1' }, protocol: 1 }), narrowed: 'served' },
  'session.listTokens': { input: nothing, narrowed: 'refused' },
  'session.createToken': { input: () => ({ name: 'made by the matrix' }), narrowed: 'refused' },
  'session.revokeToken': { input: () => ({ tokenId: 'none' }), narrowed: 'refused', missing: true },
  'session.password': { input: nothing, narrowed: 'refused' },
  'session.setPassword': {
    input: () => ({ current: 'a password of the matrix', password: 'a password of the matrix' }),
    narrowed: 'refused',
  },
  'accounts.resetPassword': ofAccount,
  'session.signOut': { input: nothing, narrowed: 'served' },
  'accounts.list': { input: nothing, narrowed: 'refused' },
  'accounts.createService': { input: ({ projectId }) => ({ projectId, id: 'viewer', name: 'Again' }) },
  'accounts.update': ofAccount,
  'accounts.tokens': ofAccount,
  'accounts.endSessions': ofAccount,
  'session.listUsers': { input: nothing, narrowed: 'served but to jobs' },
  'session.createUser': { input: () => ({ id: 'viewer', name: 'Again' }) },
  'projects.list': { input: nothing, narrowed: 'served' },
  'projects.get': ofProject,
  'projects.create': { input: ({ projectId }) => ({ id: projectId }), narrowed: 'refused' },
  'projects.update': ofProject,
  'projects.members': ofProject,
  'projects.setMember': { input: ({ projectId }) => ({ projectId, userId: 'viewer', role: 'viewer' }) },
  'projects.stages': { input: nothing, narrowed: 'served' },
  'projects.portfolio': { input: () => ({ from: 0 }), narrowed: 'served' },
  'projects.overview': ofProject,
  'projects.saveGoal': { input: ({ projectId }) => ({ projectId, goalId: noId }), missing: true },
  'projects.saveBlocker': { input: ({ projectId }) => ({ projectId, blockerId: noId }), missing: true },
  'projects.transfer': { input: ({ projectId }) => ({ projectId, userId: 'nobody' }), missing: true },
  'projects.readme': ofProject,
  'projects.branches': ofProject,
  'projects.protectBranch': { input: ({ projectId }) => ({ projectId, branch: 'none', protected: false }) },
  'projects.template': ofProject,
  'projects.createFrom': {
    input: () => ({ projectId: 'none', kind: 'fork', id: 'none' }),
    narrowed: 'refused',
    missing: true,
  },
  'projects.dependents': ofProject,
  'projects.delete': { input: ({ projectId }) => ({ projectId, confirm: 'something else' }) },
  'projects.deleted': { input: nothing, narrowed: 'served' },
  'projects.restore': { input: () => ({ projectId: 'none' }), narrowed: 'served', missing: true },
  'environments.list': { input: nothing, narrowed: 'served' },
  'environments.get': { input: () => ({ environmentId: 'system' }), narrowed: 'served' },
  'environments.revisions': { input: () => ({ environmentId: 'system' }), narrowed: 'served' },
  'environments.create': { input: () => ({ id: 'system', definition: { kind: 'system' } }), narrowed: 'refused' },
  'environments.revise': {
    input: () => ({ environmentId: 'none', definition: { kind: 'system' } }),
    narrowed: 'refused',
    missing: true,
  },
  'environments.build': {
    input: () => ({ environmentId: 'system', revision: 1 }),
    narrowed: 'served but to jobs',
  },
  'environments.check': { input: () => ({ environmentId: 'system', revision: 1 }), narrowed: 'served but to jobs' },
  'environments.cancelBuild': {
    input: () => ({ environmentId: 'system', revision: 1 }),
    narrowed: 'served but to jobs',
  },
  'environments.update': { input: () => ({ environmentId: 'none' }), narrowed: 'refused', missing: true },
  'environments.setState': {
    input: () => ({ environmentId: 'none', revision: 1, state: 'active' }),
    narrowed: 'refused',
    missing: true,
  },
  'environments.compare': {
    input: () => ({ environmentId: 'system', before: 1, after: 1 }),
    narrowed: 'served',
  },
  'environments.files': { input: () => ({ environmentId: 'system', revision: 1 }), narrowed: 'served' },
  'environments.validate': { input: () => ({ definition: { kind: 'system' } }), narrowed: 'served' },
  'environments.import': {
    input: () => ({ files: [{ path: 'requirements.txt', text: 'numpy' }] }),
    narrowed: 'served',
  },
  'environments.buildLog': {
    input: () => ({ environmentId: 'system', revision: 1, follow: false }),
    narrowed: 'served',
  },
  'tiers.list': { input: nothing, narrowed: 'served' },
  'compute.hosts': { input: nothing },
  'compute.drain': { input: () => ({ hostId: 'none', drain: true }), missing: true },
  'costs.spending': { input: () => ({ edges: [0, 1], by: 'project' }), narrowed: 'served' },
  'costs.estimate': { input: ({ projectId }) => ({ projectId, command: 'true', tierId: 'small' }) },
  'runs.launch': {
    input: ({ projectId }) => ({
      projectId,
      command: 'true',
      environmentId: 'none',
      tierId: 'none',
      code: { commit, base: null, branch: null, dirty: false },
    }),
    missing: true,
  },
  'runs.list': { input: nothing, narrowed: 'served' },
  'runs.get': ofRun,
  'runs.stop': ofRun,
  'runs.update': ofRun,
  'runs.star': { input: ({ runId }) => ({ runId, starred: true }) },
  'runs.delete': ofRun,
  'runs.restore': ofRun,
  'runs.logs': { input: ({ runId }) => ({ runId, follow: false }) },
  'runs.history': { input: ({ runId }) => ({ runIds: [runId], keys: ['loss'] }) },
  'runs.artifacts': ofRun,
  'runs.previewArtifact': { input: ({ runId }) => ({ runId, path: 'none.txt' }), missing: true },
  'runs.reproducePlan': ofRun,
  'runs.reproduce': { input: ({ runId }) => ({ runId, tierId: 'none' }), missing: true },
  'runs.reproduction': ofRun,
  'scripts.summary': { input: () => ({ path: 'train.py' }), narrowed: 'served' },
  'scripts.effect': { input: () => ({ path: 'train.py', parameters: ['rate'] }), narrowed: 'served' },
  'runs.code': ofRun,
  'code.commits': ofProject,
  'code.files': { input: ({ projectId }) => ({ projectId, commit }), missing: true },
  'code.blame': { input: ({ projectId }) => ({ projectId, path: 'none.py', of: { kind: 'text', text: 'a' } }) },
  'runs.previewCode': { input: ({ runId }) => ({ runId, path: 'none.txt' }), missing: true },
  'search.query': { input: () => ({ text: 'any' }), narrowed: 'served' },
  'search.suggest': { input: () => ({ text: 'any' }), narrowed: 'served' },
  'search.read': { input: () => ({ id: '0' }), narrowed: 'served', missing: true },
  'experiments.list': { input: nothing, narrowed: 'served' },
  'experiments.get': { input: ({ experimentId }) => ({ experimentId }) },
  'experiments.create': { input: ({ projectId }) => ({ projectId, name: 'taken' }) },
  'experiments.search': ofExperiments,
  'experiments.group': { input: ({ experimentId }) => ({ experimentIds: [experimentId], groupBy: ['status'] }) },
  'experiments.differing': ofExperiments,
  'experiments.values': { input: ({ experimentId }) => ({ experimentIds: [experimentId], columns: ['status'] }) },
  'experiments.columns': ofExperiments,
  'experiments.complete': { input: ({ experimentId }) => ({ experimentIds: [experimentId], filter: '', caret: 0 }) },
  'models.list': { input: nothing, narrowed: 'served' },
  'models.get': { input: ({ modelName }) => ({ modelName }) },
  'experiments.parse': { input: () => ({ filter: '' }), narrowed: 'served' },
  'views.list': ofProject,
  'views.get': { input: ({ viewId }) => ({ viewId }) },
  'views.create': { input: ({ experimentId }) => ({ experimentId, name: 'mine', content: noView }) },
  'views.update': { input: () => ({ viewId: '00000000' }), missing: true },
  'views.delete': { input: () => ({ viewId: '00000000' }), missing: true },
  'comments.list': ofProject,
  'comments.add': { input: ({ projectId }) => ({ projectId, target: { kind: 'project' }, text: 'Hello' }) },
  'comments.edit': { input: ({ projectId }) => ({ projectId, commentId: noComment, text: 'Hello' }), missing: true },
  'comments.delete': { input: ({ projectId }) => ({ projectId, commentId: noComment }), missing: true },
  'comments.resolve': {
    input: ({ projectId }) => ({ projectId, commentId: noComment, resolved: true }),
    missing: true,
  },
  'comments.follow': { input: ({ projectId }) => ({ projectId, target: { kind: 'project' }, following: true }) },
  'comments.inbox': { input: nothing, narrowed: 'served' },
  'comments.markRead': { input: nothing, narrowed: 'served but to jobs' },
  'sweeps.create': {
    input: ({ projectId }) => ({
      projectId,
      command: 'true',
      environmentId: 'none',
      tierIds: ['none'],
      code: { commit, base: null, branch: null, dirty: false },
      space: [{ kind: 'int', name: 'x', low: 1, high: 2 }],
      objective: { metric: 'loss', direction: 'minimize' },
      budget: { trials: 1 },
    }),
    missing: true,
  },
  'sweeps.list': { input: nothing, narrowed: 'served' },
  'sweeps.get': ofSweep,
  'sweeps.update': ofSweep,
  'sweeps.pause': ofSweep,
  'sweeps.resume': ofSweep,
  'sweeps.stop': ofSweep,
  'sweeps.launchBest': ofSweep,
  'jobs.validate': { input: () => ({ text: '' }), narrowed: 'served' },
  'jobs.list': ofProject,
  'jobs.dryRun': { input: jobOf, missing: true },
  'jobs.launch': { input: jobOf, missing: true },
  'queue.list': { input: nothing, narrowed: 'served' },
  'queue.move': { input: ({ runId }) => ({ runId, before: null }) },
  'queue.pause': ofRun,
  'queue.resume': ofRun,
  'schedules.list': { input: nothing, narrowed: 'served' },
  'schedules.get': { ...ofSchedule, missing: true },
  'schedules.preview': { input: () => ({ cron: '0 3 * * *' }), narrowed: 'served' },
  'schedules.create': {
    input: (of) => ({ ...of, name: 'nightly', cron: '0 3 * * *', work: { kind: 'job', job: 'none', code } }),
    missing: true,
  },
  'schedules.update': { ...ofSchedule, missing: true },
  'schedules.delete': { ...ofSchedule, missing: true },
  'schedules.trigger': { ...ofSchedule, missing: true },
  'schedules.history': { ...ofSchedule, missing: true },
  'workspaces.list': { input: nothing, narrowed: 'served' },
  'workspaces.get': { input: ({ workspaceId }) => ({ workspaceId }) },
  'workspaces.tools': { input: () => ({ environmentId: 'system' }), narrowed: 'served' },
  'workspaces.create': {
    input: ({ projectId }) => ({ projectId, tool: 'none', environmentId: 'none', tierId: 'none' }),
    missing: true,
  },
  'workspaces.debugRun': { input: ({ runId }) => ({ runId }), missing: true },
  'workspaces.start': { input: ({ workspaceId }) => ({ workspaceId, tierId: 'none' }), missing: true },
  'workspaces.stop': { input: ({ workspaceId }) => ({ workspaceId }) },
  'workspaces.extend': { input: ({ workspaceId }) => ({ workspaceId, minutes: 5 }) },
  'workspaces.update': { input: () => ({ workspaceId: noWorkspace }), missing: true },
  'workspaces.save': { input: ({ workspaceId }) => ({ workspaceId }) },
  'workspaces.snapshot': { input: ({ workspaceId }) => ({ workspaceId }) },
  'workspaces.address': { input: ({ workspaceId }) => ({ workspaceId }) },
  'workspaces.delete': { input: () => ({ workspaceId: noWorkspace }), missing: true },
  'events.subscribe': { input: nothing, narrowed: 'served' },
  'events.list': { input: nothing, narrowed: 'served' },
  'budgets.list': { input: nothing, narrowed: 'served' },
  'budgets.set': { input: () => ({ kind: 'project', subjectId: 'none', amount: 1 }), missing: true },
  'budgets.delete': { input: () => ({ budgetId: 'none' }), missing: true },
  'budgets.approvals': { input: nothing, narrowed: 'served' },
  'budgets.decide': { input: ({ runId }) => ({ runId, verdict: 'approve' }) },
  'quotas.list': { input: nothing },
  'quotas.set': { input: () => ({ kind: 'person', subjectId: 'none' }), missing: true },
  'groups.list': { input: nothing, narrowed: 'served but to jobs' },
  'groups.set': { input: () => ({ groupId: 'matrix', userIds: [] }) },
  'groups.delete': { input: () => ({ groupId: 'none' }), missing: true },
  'groups.ofProject': ofProject,
  'groups.setRole': { input: ({ projectId }) => ({ projectId, groupId: 'none', role: null }), missing: true },
  'audit.search': { input: nothing },
  'audit.verify': { input: nothing },
  'audit.export': { input: nothing },
  'access.explain': { input: ({ projectId }) => ({ projectId, role: 'owner' }) },
  'access.request': { input: ({ projectId }) => ({ projectId, role: 'owner' }) },
  'secrets.list': ofProject,
  'secrets.set': { input: ({ projectId }) => ({ projectId, name: 'MATRIX', value: 'of the matrix' }) },
  'secrets.delete': { input: ({ projectId }) => ({ projectId, name: 'NONE' }), missing: true },
  'secrets.listOwn': { input: nothing, narrowed: 'refused' },
  'secrets.setOwn': { input: () => ({ name: 'MATRIX', value: 'of the matrix' }), narrowed: 'refused' },
  'secrets.deleteOwn': { input: () => ({ name: 'NONE' }), narrowed: 'refused', missing: true },
};
