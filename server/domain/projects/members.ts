/** Gives, changes or takes away a role. A project always keeps an owner. */
import type { SetMemberInput } from '../../../protocol/model/project.ts';
import { DomainError } from '../shared/errors.ts';
import type { Stores } from '../shared/store.ts';
import type { StoredProject } from './ports.ts';

export async function setMember(stores: Stores, project: StoredProject, input: SetMemberInput): Promise<void> {
  const { userId, role } = input;
  if ((await stores.access.user(userId)) === null) {
    throw new DomainError('not-found', `There is no person ${userId}.`, {
      field: 'userId',
      remedy: 'Ask an administrator to add the person to the server.',
    });
  }
  const members = await stores.access.members(project.id);
  const otherOwner = members.find((member) => member.role === 'owner' && member.user.id !== userId);
  if (role !== 'owner' && otherOwner === undefined) {
    throw new DomainError('wrong-state', `${userId} is the only owner of ${project.id}.`, {
      field: 'role',
      remedy: 'Make somebody else an owner first.',
    });
  }
  await stores.access.setMember(project.id, userId, role);
  // Who is shown as its owner is one of its owners.
  if (project.ownerId === userId && role !== 'owner' && otherOwner !== undefined) {
    await stores.projects.updateProject(project.id, { ownerId: otherOwner.user.id });
  }
}
