/** A commit of a project as a person chooses it: from a branch, or by its id. */
import { ClientError } from '../../../client/clientError.ts';
import type { Commit } from '../../../protocol/model/code.ts';
import type { Project } from '../../../protocol/model/project.ts';
import type { Branch } from '../../../protocol/model/projectCode.ts';
import { spellOut } from '../../../protocol/spellOut.ts';
import type { ServerConnection } from '../../connection/serverConnection.ts';
import { ask, type Choice, choose } from '../../platform/notifications.ts';

type Server = Pick<ServerConnection, 'client'>;
type Picked =
  | { readonly kind: 'commit'; readonly commit: string }
  | { readonly kind: 'branch'; readonly branch: Branch }
  | { readonly kind: 'typed' };

const mostListed = 300;

export async function pickCommit(server: Server, projectId: string, title: string): Promise<string> {
  const branches = await server.client.projects.branches({ projectId });
  let branch = branches.find(({ isDefault }) => isDefault) ?? branches[0];
  for (;;) {
    const commits = branch
      ? await server.client.code.commits({ projectId, from: branch.commit, limit: mostListed })
      : [];
    const picked = await choose(
      branch ? `${title} (${spellOut(branch.name)})` : title,
      choicesOf(commits, branches, branch),
    );
    if (picked.kind === 'commit') return picked.commit;
    if (picked.kind === 'typed') return typedCommit(commits, title);
    branch = picked.branch;
  }
}

/** The project that a command means: a node of the tree, else the person's choice. */
export async function pickProject(target: unknown, projects: readonly Project[]): Promise<string> {
  const named = projects.find(({ id }) => id === (target as { readonly id?: unknown } | undefined)?.id);
  if (named) return named.id;
  const [only, second] = projects;
  if (!only) {
    throw new ClientError('not-found', 'There is no project yet.', { remedy: 'Create one first.' });
  }
  if (!second) return only.id;
  return choose(
    'Of which project?',
    projects.map(({ id, name }) => ({ label: spellOut(name), description: id, value: id })),
  );
}

function choicesOf(
  commits: readonly Commit[],
  branches: readonly Branch[],
  shown: Branch | undefined,
): readonly Choice<Picked>[] {
  const listed = commits.map(({ commit, subject, author, committedAt, runs }): Choice<Picked> => {
    const when = new Date(committedAt).toLocaleDateString();
    const launched = runs === 0 ? '' : ` · ${runs} ${runs === 1 ? 'run' : 'runs'}`;
    return {
      label: `$(git-commit) ${spellOut(subject) || '(no message)'}`,
      description: `${commit.slice(0, 8)} · ${spellOut(author)} · ${when}${launched}`,
      value: { kind: 'commit', commit },
    };
  });
  const others = branches.filter((branch) => branch !== shown);
  const elsewhere = others.map(
    (branch): Choice<Picked> => ({
      label: `$(git-branch) ${spellOut(branch.name)}`,
      description: `another branch · ${spellOut(branch.subject)}`,
      value: { kind: 'branch', branch },
    }),
  );
  return [...listed, ...elsewhere, { label: '$(edit) Enter a commit id…', alwaysShow: true, value: { kind: 'typed' } }];
}

/** Short ids are looked for among what was listed. */
async function typedCommit(commits: readonly Commit[], title: string): Promise<string> {
  const found = (text: string) => commits.filter(({ commit }) => commit.startsWith(text.trim().toLowerCase()));
  const text = await ask({
    title,
    prompt: 'The id of a commit that was pushed to the project, or the beginning of one that is listed',
    validateInput: (value) => {
      if (/^[0-9a-f]{40}$/i.test(value.trim())) return null;
      if (!/^[0-9a-f]{4,39}$/i.test(value.trim())) return 'Four to forty digits 0-9 and a-f';
      const matches = found(value).length;
      return matches === 1
        ? null
        : matches === 0
          ? 'No listed commit begins so: enter the whole id'
          : 'Several begin so';
    },
  });
  return found(text)[0]?.commit ?? text.trim().toLowerCase();
}
