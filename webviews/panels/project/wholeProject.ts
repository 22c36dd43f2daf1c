/** What is done with a project as a whole: a fork, another lead, its deletion with what depends on it named before. */
import { html, nothing } from 'lit';
import type { Project } from '../../../protocol/model/project.ts';
import type { Dependents } from '../../../protocol/model/projectCode.ts';
import type { PanelApp } from '../../app/client.ts';
import { askText } from '../../ui/askText.ts';
import { plural } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';
import type { Anchor } from '../../ui/popup.ts';
import { startFrom } from '../../ui/startFrom.ts';
import { act } from './act.ts';

export type Whole = {
  readonly app: PanelApp;
  readonly element: HTMLElement;
  readonly project: Project;
  readonly at: Anchor;
};

export async function forkProject({ app, element, project, at }: Whole): Promise<void> {
  await act(element, async () => void (await startFrom({ app, project, at })));
}

export async function transferProject({ app, element, project, at }: Whole): Promise<void> {
  await act(element, async () => {
    const members = await app.client.projects.members({ projectId: project.id });
    const others = members.map(({ user }) => user).filter(({ id }) => id !== project.owner.id);
    const [first] = others;
    if (!first) return { text: 'Add the person first that the project is to belong to.' };
    const choices = others.map(({ id, name: called }) => ({ value: id, text: `${spellOut(called)} (${id})` }));
    const about = html`<p class="dim">They become an owner and its lead; you keep your role.</p>`;
    const field = { name: 'userId', label: 'It is to belong to', kind: 'choice' as const, value: first.id, choices };
    const answer = await askText({ title: 'Hand the project over', action: 'Hand over', about, fields: [field] }, at);
    if (answer) await app.client.projects.transfer({ projectId: project.id, userId: answer.userId ?? '' });
    return undefined;
  });
}

export async function deleteProject({ app, element, project, at }: Whole): Promise<void> {
  const projectId = project.id;
  await act(element, async () => {
    const dependents = await app.client.projects.dependents({ projectId });
    const answer = await askText(
      {
        title: `Delete ${spellOut(project.name)}?`,
        action: 'Delete',
        about: dependentsList(dependents),
        fields: [{ name: 'confirm', label: `Type ${spellOut(project.name)} to delete it` }],
        check: ({ confirm = '' }) =>
          [project.name, projectId].includes(confirm.trim()) ? null : 'Type its name or id.',
      },
      at,
    );
    if (!answer) return undefined;
    await app.client.projects.delete({ projectId, confirm: answer.confirm ?? '' });
    const undo = () => void act(element, async () => void (await app.client.projects.restore({ projectId })));
    return { text: 'The project is deleted. Owners can restore it for 30 days.', action: { label: 'Undo', run: undo } };
  });
}

function dependentsList(dependents: Dependents) {
  const { runs, activeRuns, experiments, models, forks, otherForks, members, workspaces, schedules } = dependents;
  const going =
    activeRuns > 0
      ? html`<li class="error">${plural(activeRuns, 'run')} still going on: stop them first</li>`
      : nothing;
  const inUse =
    workspaces > 0
      ? html`<li class="error">${plural(workspaces, 'workspace')} with people’s work: delete them first</li>`
      : nothing;
  const aliased = models.map(
    ({ name: called, aliases }) => html`<li>The model ${name(called)}, in use as ${name(aliases.join(', '))}</li>`,
  );
  const seen = forks.map(({ name: called }) => html`<li>The fork ${name(called)}, which keeps its own code</li>`);
  return html`<p>With it go out of sight:</p>
    <ul>${going}${inUse}<li>${plural(runs, 'run')} in ${plural(experiments, 'experiment')}</li>
    <li>The work of ${plural(members, 'person', 'people')}</li>${schedules > 0 ? html`<li>${plural(schedules, 'schedule')}, which then launch nothing</li>` : nothing}${aliased}${seen}
    ${otherForks > 0 ? html`<li>${plural(otherForks, 'copy', 'copies')} that you may not see, which keep their own code</li>` : nothing}</ul>`;
}
