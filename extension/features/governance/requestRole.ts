/** Why somebody may not do something in a project, and a request to those who can change it. */
import type { Project } from '../../../protocol/model/project.ts';
import { type ProjectRole, projectRoles } from '../../../protocol/model/session.ts';
import { spellOut, spellOutWithin } from '../../../protocol/spellOut.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { ask, choose, tell } from '../../platform/notifications.ts';

export type Requesting = { readonly server: ServerConnection; readonly projects: readonly Project[] };

const may: Readonly<Record<ProjectRole, string>> = {
  viewer: 'sees everything in the project',
  contributor: 'launches, logs and changes runs and environments',
  owner: 'gives roles, sets secrets, approves what crosses a budget',
};

export async function requestRole({ server, projects }: Requesting): Promise<void> {
  const { access } = server.client;
  const { id, name } = await choose(
    'In which project?',
    projects.map((project) => ({ label: spellOut(project.name), description: project.id, value: project })),
  );
  const { role: present, reasons } = await access.explain({ projectId: id, role: 'owner' });
  const higher = projectRoles.slice(present === null ? 0 : projectRoles.indexOf(present) + 1);
  if (higher.length === 0)
    return tell('info', `You may do everything in ${spellOutWithin(name)}. ${reasons.join(' ')}`);
  const title = `${reasons.join(' ')} Which role do you need?`;
  const role = await choose(
    title,
    higher.map((value) => ({ label: value, description: may[value], value })),
  );
  const { granters } = await access.explain({ projectId: id, role });
  const who = granters.map((person) => spellOut(person.name)).join(', ') || 'the administrators';
  const note = await ask({ title: `Ask ${who}`, prompt: 'What for? They read it with your request' });
  await access.request({ projectId: id, role, note });
  tell('info', `${spellOutWithin(who)} will be told that you ask to be ${role} in ${spellOutWithin(name)}.`);
}
