/** Tiers that are not for everybody: who may run on them, and what the others are told. */
import assert from 'node:assert/strict';
import { createDomain, type Domain, furnish, launchInput, person } from '../../harness/domain.ts';

const tiers = [
  { id: 'small' },
  { id: 'gpu', name: 'GPU', usableBy: { roles: ['owner' as const], groups: ['modelers'] } },
  { id: 'closed', name: 'Closed', usableBy: { roles: [], groups: [] } },
];

async function contributor(domain: Domain) {
  await furnish(domain);
  const ada = await person(domain, 'ada');
  await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'contributor' }, domain.admin);
  return ada;
}

describe('a tier for some', () => {
  it('refuses the others with its name and who can let them use it', async () => {
    await using domain = await createDomain({ inMemory: true, tiers });
    const ada = await contributor(domain);
    await domain.runs.launch(launchInput(), ada);
    await assert.rejects(domain.runs.launch(launchInput({ tierId: 'gpu' }), ada), {
      reason: 'role-missing',
      field: 'tierId',
      message: 'The hardware tier GPU is for whoever is owner in the project and people of the group modelers.',
      remedy:
        'Ask an owner of the project (Administrator) to make you owner, or an administrator (Administrator) to add you to modelers, or choose another tier.',
    });
    await assert.rejects(domain.runs.launch(launchInput({ tierId: 'closed' }), ada), {
      message: 'The hardware tier Closed is for administrators.',
    });
    await domain.runs.launch(launchInput({ tierId: 'closed' }), domain.admin);
  });

  it('takes whoever gets the group or the role, and no longer than they have it', async () => {
    await using domain = await createDomain({ inMemory: true, tiers });
    const ada = await contributor(domain);
    const launch = () => domain.runs.launch(launchInput({ tierId: 'gpu' }), ada);
    await domain.groups.set({ groupId: 'modelers', userIds: ['ada'] }, domain.admin);
    await launch();
    await domain.groups.set({ groupId: 'modelers', userIds: [] }, domain.admin);
    await assert.rejects(launch(), { reason: 'role-missing' });
    await domain.projects.setMember({ projectId: 'iris', userId: 'ada', role: 'owner' }, domain.admin);
    await launch();
    const narrow = await person(domain, 'ada', { kind: 'project', projectId: 'iris', role: 'contributor' });
    await assert.rejects(domain.runs.launch(launchInput({ tierId: 'gpu' }), narrow), { reason: 'role-missing' });
  });
});
