import assert from 'node:assert/strict';
import { createDomain, furnish, person } from '../../harness/domain.ts';

describe('asking for a role', () => {
  it('says what one has, why, and who can give more', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    const ada = await person(domain, 'ada');
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'viewer' }, domain.admin);
    await domain.groups.set({ groupId: 'lab', name: 'The lab', userIds: ['ada'] }, domain.admin);
    await domain.groups.setRole({ projectId: 'iris', groupId: 'lab', role: 'contributor' }, domain.admin);
    const { granters, ...rest } = await domain.requests.explain({ projectId: 'iris', role: 'owner' }, ada);
    assert.deepEqual(rest, {
      allowed: false,
      role: 'contributor',
      reasons: ['You are viewer in the project.', 'The group The lab makes you contributor.'],
    });
    assert.ok(granters.length > 0);
    const narrowed = await person(domain, 'ada', { kind: 'project', projectId: 'iris', role: 'viewer' });
    assert.equal((await domain.requests.explain({ projectId: 'iris', role: 'contributor' }, narrowed)).allowed, false);
  });

  it('is kept as one event however often, and refused for what one has', async () => {
    await using domain = await createDomain();
    await furnish(domain);
    const ada = await person(domain, 'ada');
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'viewer' }, domain.admin);
    const wanted = { projectId: 'iris', role: 'contributor', note: 'To retrain' } as const;
    await domain.requests.request(wanted, ada);
    const [event] = await domain.events.list({ projectId: 'iris', limit: 1 }, domain.admin);
    assert.deepEqual([event?.type, event?.detail], ['access.requested', { role: 'contributor', note: 'To retrain' }]);
    await domain.requests.request(wanted, ada);
    const events = await domain.events.list({ projectId: 'iris', limit: 50 }, domain.admin);
    assert.equal(events.filter(({ type }) => type === 'access.requested').length, 1);
    await assert.rejects(domain.requests.request({ ...wanted, role: 'viewer' }, ada), { reason: 'wrong-state' });
  });
});
