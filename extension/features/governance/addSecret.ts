/** Adds a secret. Its value is typed unseen, and goes to the server and nowhere else. */
import type { Project } from '../../../protocol/model/project.ts';
import { secretName, secretValue } from '../../../protocol/model/secret.ts';
import { spellOut, spellOutWithin } from '../../../protocol/spellOut.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { ask, choose, tell } from '../../platform/notifications.ts';

type Adding = {
  readonly server: ServerConnection;
  readonly projects: readonly Project[];
  /** A project of the tree, or nothing. */
  readonly target: unknown;
};

export async function addSecret({ server, projects, target }: Adding): Promise<void> {
  const project = projectOf(target, projects) ?? (await chooseHome(projects));
  const name = await ask({
    title: 'Add a secret (1 of 2)',
    prompt: 'Its name, which is also the variable that a run finds it in',
    placeHolder: 'DATABASE_PASSWORD',
    validateInput: (text) => secretName.safeParse(text).error?.issues[0]?.message,
  });
  const value = await ask({
    title: 'Add a secret (2 of 2)',
    prompt: `The value of ${name}. It is not shown again; one with this name is replaced`,
    password: true,
    validateInput: (text) => secretValue.safeParse(text).error?.issues[0]?.message,
  });
  const { client } = server;
  if (project === null) await client.secrets.setOwn({ name, value });
  else await client.secrets.set({ projectId: project.id, name, value });
  const whose = project === null ? 'yours' : `a secret of ${spellOutWithin(project.name)}`;
  tell('info', `${name} is ${whose}. Choose it where you launch a run.`);
}

function projectOf(target: unknown, projects: readonly Project[]): Project | undefined {
  if (typeof target !== 'object' || target === null || !('projectId' in target)) return undefined;
  return projects.find((project) => project.id === target.projectId);
}

/** Null for the person's own. */
function chooseHome(projects: readonly Project[]): Promise<Project | null> {
  const own = { label: '$(account) Yours', description: 'for runs that you launch, when you choose it', value: null };
  const ofProjects = projects.map((project) => ({
    label: `$(repo) ${spellOut(project.name)}`,
    description: 'for everybody who launches there',
    value: project,
  }));
  return choose<Project | null>('Whose secret is it?', [own, ...ofProjects]);
}
