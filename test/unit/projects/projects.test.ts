import assert from 'node:assert/strict';
import { createDomain, furnish, launchInput, person } from '../../harness/domain.ts';

const input = { id: 'iris', description: '', stage: 'exploration', tags: ['demo'] } as const;

describe('projects', () => {
  it('come into being with repository, experiment and owner', async () => {
    await using domain = await createDomain();
    const ada = await person(domain, 'ada');
    const project = await domain.projects.create({ ...input, tags: ['demo'] }, ada);
    assert.deepEqual([project.name, project.role, project.owner.name], ['iris', 'owner', 'ADA']);
    assert.equal(project.gitPath, '/git/iris.git');
    assert.ok(domain.code.repositories.has('iris'));
    const experiment = await domain.store.read(({ tracking }) => tracking.experiment(project.experimentId));
    assert.equal(experiment?.name, 'iris');
    await assert.rejects(domain.projects.create({ ...input, tags: [] }, ada), {
      reason: 'already-exists',
      field: 'id',
    });
  });

  it('find another name for their experiment when an MLflow client has taken it', async () => {
    await using domain = await createDomain();
    const taken = { projectId: 'other', name: 'iris', createdAt: 1, updatedAt: 1, deletedAt: null, tags: {} };
    await domain.store.write(({ tracking }) => tracking.insertExperiment(taken));
    const { experimentId } = await domain.projects.create({ ...input, tags: [] }, domain.admin);
    const experiment = await domain.store.read(({ tracking }) => tracking.experiment(experimentId));
    assert.equal(experiment?.name, 'iris-2');
  });

  it('are listed to those who may see them', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    const ada = await person(domain, 'ada');
    assert.deepEqual(await domain.projects.list({ archived: false }, ada), []);
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'viewer' }, domain.admin);
    const [seen] = await domain.projects.list({ archived: false }, ada);
    assert.deepEqual([seen?.id, seen?.role], ['iris', 'viewer']);
  });

  it('change their stage for a reason only', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    const change = { projectId: 'iris', stage: 'validation' } as const;
    for (const stageReason of [undefined, '  ']) {
      await assert.rejects(domain.projects.update({ ...change, stageReason }, domain.admin), {
        reason: 'invalid-input',
        field: 'stageReason',
      });
    }
    const project = await domain.projects.update({ ...change, stageReason: 'accuracy holds' }, domain.admin);
    assert.equal(project.stage, 'validation');
    const [event] = await domain.events.list({ limit: 1 }, domain.admin);
    assert.deepEqual(event?.detail, {
      changed: 'stage',
      from: 'exploration',
      to: 'validation',
      reason: 'accuracy holds',
    });
  });

  it('tell of nothing when nothing changes', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    const before = await domain.store.read(({ events }) => events.clock());
    await domain.projects.update({ projectId: 'iris', name: 'iris', tags: [], stage: 'exploration' }, domain.admin);
    assert.equal(await domain.store.read(({ events }) => events.clock()), before);
  });

  it('refuse launches when archived, until they are brought back', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    await domain.projects.update({ projectId: 'iris', archived: true }, domain.admin);
    await assert.rejects(domain.runs.launch(launchInput(), domain.admin), {
      reason: 'wrong-state',
      field: 'projectId',
    });
    await domain.projects.update({ projectId: 'iris', archived: false }, domain.admin);
    await domain.runs.launch(launchInput(), domain.admin);
  });

  it('always keep an owner, and show one of them', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    await person(domain, 'ada');
    const set = (userId: string, role: 'owner' | 'viewer' | null) =>
      domain.projects.setMember({ projectId: 'iris', userId, role }, domain.admin);
    await assert.rejects(set('admin', 'viewer'), { reason: 'wrong-state', field: 'role' });
    await assert.rejects(set('nobody', 'viewer'), { reason: 'not-found', field: 'userId' });
    await set('ada', 'owner');
    const members = await set('admin', null);
    assert.deepEqual(members, [{ user: { id: 'ada', name: 'ADA' }, role: 'owner' }]);
    assert.equal((await domain.projects.get({ projectId: 'iris' }, domain.admin)).owner.id, 'ada');
  });
});
