import assert from 'node:assert/strict';
import { createDomain, type Domain, furnish, person } from '../../harness/domain.ts';

async function withGroup(domain: Domain, userIds: readonly string[]) {
  await domain.groups.set({ groupId: 'lab', name: 'The lab', userIds: [...userIds] }, domain.admin);
  await domain.groups.setRole({ projectId: 'iris', groupId: 'lab', role: 'contributor' }, domain.admin);
}

describe('groups', () => {
  it('give their members a role, which ends with the membership at once', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    const ada = await person(domain, 'ada');
    const may = (role: 'viewer' | 'contributor' | 'owner') =>
      domain.access.authorize(ada.caller, { kind: 'project', role, of: 'projectId' }, { projectId: 'iris' });
    await assert.rejects(may('viewer'), { reason: 'not-found' });
    await withGroup(domain, ['ada']);
    await may('contributor');
    await assert.rejects(may('owner'), { reason: 'role-missing' });
    assert.deepEqual(await domain.access.visibleProjects(ada.caller), ['iris']);
    await domain.groups.set({ groupId: 'lab', userIds: [] }, domain.admin);
    await assert.rejects(may('viewer'), { reason: 'not-found' });
    assert.deepEqual(await domain.access.visibleProjects(ada.caller), []);
  });

  it('never lower what a person has of their own', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    await person(domain, 'ada');
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'owner' }, domain.admin);
    await withGroup(domain, ['ada']);
    const { role, projects } = await domain.store.read(async ({ access }) => ({
      role: await access.role('iris', 'ada'),
      projects: await access.projectsOf('ada'),
    }));
    assert.equal(role, 'owner');
    assert.deepEqual(projects, [{ projectId: 'iris', role: 'owner' }]);
  });

  it('go with the roles that they give', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    const ada = await person(domain, 'ada');
    await withGroup(domain, ['ada']);
    assert.deepEqual(await domain.groups.ofProject({ projectId: 'iris' }, domain.admin), [
      { groupId: 'lab', name: 'The lab', role: 'contributor' },
    ]);
    await domain.groups.delete({ groupId: 'lab' }, domain.admin);
    assert.deepEqual(await domain.access.visibleProjects(ada.caller), []);
    assert.deepEqual(await domain.groups.list(undefined, domain.admin), []);
    await assert.rejects(domain.groups.delete({ groupId: 'lab' }, domain.admin), { reason: 'not-found' });
    await assert.rejects(domain.groups.set({ groupId: 'lab', userIds: ['nobody'] }, domain.admin), {
      field: 'userIds',
    });
  });
});
