/** A new project from what somebody else did: its code with its history, and where it came from. */
import { html } from 'lit';
import { slug } from '../../protocol/model/common.ts';
import type { PanelApp } from '../app/client.ts';
import { askText } from './askText.ts';
import { name, spellOut } from './name.ts';
import type { Anchor } from './popup.ts';

type Named = { readonly id: string; readonly name: string };
export type Start = {
  readonly app: PanelApp;
  readonly project: Named;
  /** Whose code it begins with; else it is that of the default branch. */
  readonly run?: Named | undefined;
  readonly at: Anchor;
};

/** Opens the new one; nothing happens where the person thinks better of it. Throws what the server refuses. */
export async function startFrom({ app, project, run, at }: Start): Promise<void> {
  const answer = await askText(
    {
      title: run ? `Start from ${spellOut(run.name)}` : `Fork ${spellOut(project.name)}`,
      action: run ? 'Start' : 'Fork',
      about: html`<p class="dim">A new project of yours with the branches and tags of ${name(project.name)}. Runs, data and people stay there.${
        run
          ? html` Its default branch begins with the code of the run, uncommitted changes included, where the run has any; what it has by now is the branch <code>upstream</code>.`
          : ''
      }</p>`,
      fields: [{ name: 'id', label: 'Id of the new project', value: `${project.id}-fork`.slice(0, 63) }],
      check: ({ id = '' }) => slug.safeParse(id).error?.issues[0]?.message ?? null,
    },
    at,
  );
  if (!answer) return;
  const source = { projectId: project.id, ...(run && { runId: run.id }) };
  const made = await app.client.projects.createFrom({ ...source, kind: 'fork', id: answer.id ?? '' });
  await app.client.host.open({ panel: 'project', projectId: made.id });
}
