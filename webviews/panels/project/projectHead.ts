/** What the project is called, where it stands, who may know of it, and what can be done with it as a whole. */
import { css, html, nothing } from 'lit';
import type { Project, ProjectVisibility, Stage, UpdateProjectInput } from '../../../protocol/model/project.ts';
import { visibilities } from '../../../protocol/model/project.ts';
import { anchorOf, askText } from '../../ui/askText.ts';
import { button, dropdown, iconButton } from '../../ui/controls.ts';
import { openMenu } from '../../ui/menu.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import type { Anchor } from '../../ui/popup.ts';
import { askStageReason } from '../../ui/stageReason.ts';
import { base } from '../../ui/styles.ts';
import type { ToastText } from '../../ui/toast.ts';
import { act } from './act.ts';
import { deleteProject, forkProject, transferProject } from './wholeProject.ts';

const visibilityWords: Readonly<Record<ProjectVisibility, string>> = {
  private: 'its members',
  discoverable: 'everyone: name, purpose',
  internal: 'everyone, as viewers',
};

export class ProjectHead extends PanelPart {
  static override properties = { ...PanelPart.properties, project: { attribute: false }, stages: { attribute: false } };
  declare project: Project;
  declare stages: readonly Stage[];

  static override styles = [
    base,
    css`
      :host { display: block; margin-bottom: 16px; }
      h1 { font-size: 20px; line-height: 26px; font-weight: 600; overflow-wrap: anywhere; }
      .top { display: flex; align-items: flex-start; gap: 8px; }
      .facts { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 16px; margin-top: 8px; }
      .facts label, .facts .fact { display: flex; align-items: center; gap: 6px; color: var(--fw-dim); min-width: 0; }
      .facts b { font-weight: 400; color: var(--vscode-foreground); }
      select { width: auto; max-width: 240px; }
      .tags { display: flex; flex-wrap: wrap; gap: 4px; align-items: center; }
      .tag, .mark { padding: 0 7px; border-radius: 9px; font-size: 12px; background: var(--vscode-badge-background); color: var(--vscode-badge-foreground); border: 1px solid var(--vscode-contrastBorder, transparent); max-width: 220px; }
      .mark { background: none; color: inherit; border-color: var(--fw-edge); }
      .origin { color: var(--fw-dim); font-size: 12px; margin-top: 4px; }
    `,
  ];

  override render() {
    const { project } = this;
    const editable = project.role === 'owner';
    return html`<div class="top"><h1 class="grow">${name(project.name)}</h1>
        ${project.archived ? html`<span class="mark">Archived</span>` : nothing}${project.template ? html`<span class="mark">Template</span>` : nothing}
        ${this.app.kind === 'vscode' ? button({ label: 'Launch a run', onClick: () => void this.app.client.host.open({ panel: 'launch', projectId: project.id }) }) : nothing}
        ${button({ label: 'Experiments', onClick: () => void this.app.client.host.open({ panel: 'experiments', projectId: project.id }) })}
        ${iconButton({ icon: 'more', label: 'More about this project', onClick: (event) => this.#menu(event, editable) })}
      </div>
      ${this.#origin()}
      <div class="facts">${this.#stage(editable)}${this.#visibility(editable)}
        <span class="fact">Lead <b>${name(project.owner.name)}</b></span>
        <span class="tags">${project.tags.map((tag) => html`<span class="tag cut" title=${spellOut(tag)}>${name(tag)}</span>`)}
          ${editable ? iconButton({ icon: 'tag', label: 'Change tags', onClick: (event) => void this.#tags(event) }) : nothing}</span>
      </div>`;
  }

  #origin() {
    const { origin } = this.project;
    if (!origin) return nothing;
    const made = origin.kind === 'fork' ? 'Forked from' : 'Started from the template';
    const { projectId } = origin;
    if (projectId === null) return html`<p class="origin">${made} a project that you may not see</p>`;
    return html`<p class="origin">${made} <a href="#" @click=${(event: Event) => {
      event.preventDefault();
      void this.app.client.host.open({ panel: 'project', projectId });
    }}>${name(origin.name ?? projectId)}</a>${origin.commit ? html` at <span class="mono">${origin.commit.slice(0, 8)}</span>` : nothing}${origin.run ? this.#runOf(origin.run) : nothing}</p>`;
  }

  #runOf(run: { readonly id: string; readonly name: string }) {
    const open = (event: Event) => {
      event.preventDefault();
      void this.app.client.host.open({ panel: 'run', runId: run.id });
    };
    return html`, the run <a href="#" @click=${open}>${name(run.name)}</a>`;
  }

  #stage(editable: boolean) {
    const { stage } = this.project;
    const known = this.stages.some(({ id }) => id === stage)
      ? this.stages
      : [...this.stages, { id: stage, name: stage }];
    const options = known.map(({ id, name: called }) => ({ value: id, text: spellOut(called) }));
    if (!editable) return html`<span class="fact">Stage <b>${name(this.#stageName(stage))}</b></span>`;
    return html`<label>Stage ${dropdown({ label: 'Stage', value: stage, options, onChange: (to) => void this.#move(to) })}</label>`;
  }

  #visibility(editable: boolean) {
    const { visibility } = this.project;
    if (!editable) return html`<span class="fact">Seen by <b>${visibilityWords[visibility]}</b></span>`;
    const options = visibilities.map((one) => ({ value: one, text: visibilityWords[one] }));
    return html`<label>Seen by ${dropdown({ label: 'Visibility', value: visibility, options, onChange: (to) => void this.#update({ visibility: to as ProjectVisibility }) })}</label>`;
  }

  async #move(to: string): Promise<void> {
    const anchor = this.renderRoot.querySelector('select')?.getBoundingClientRect();
    // What was seen when it was asked, not what came while the answer was written.
    const { name: project, stage, version: expectedVersion } = this.project;
    const move = { project, from: this.#stageName(stage), to: this.#stageName(to) };
    const stageReason = anchor ? await askStageReason(move, anchor) : null;
    if (stageReason !== null) await this.#update({ stage: to, stageReason, expectedVersion });
    this.requestUpdate();
  }

  #stageName(stage: string): string {
    return this.stages.find(({ id }) => id === stage)?.name ?? stage;
  }

  async #tags(event: Event): Promise<void> {
    const { tags: before, version: expectedVersion } = this.project;
    const fields = [
      { name: 'tags', label: 'Tags, parted by commas', value: before.join(', '), optional: true as const },
    ];
    const answer = await askText({ title: 'Tags', action: 'Save', fields }, anchorOf(event));
    if (!answer) return;
    const tags = [...new Set((answer.tags ?? '').split(',').map((tag) => tag.trim()))].filter(Boolean);
    await this.#update({ tags, expectedVersion });
  }

  async #rename(at: Anchor): Promise<void> {
    const { name: before, version: expectedVersion } = this.project;
    const fields = [{ name: 'name', label: 'Name', value: before }];
    const answer = await askText({ title: 'Rename the project', action: 'Rename', fields }, at);
    if (answer) await this.#update({ name: answer.name?.trim() ?? '', expectedVersion });
  }

  #menu(event: Event, editable: boolean): void {
    const { project } = this;
    const at = anchorOf(event);
    const whole = { app: this.app, element: this, project, at };
    const copy = [
      { label: 'Fork…', icon: 'fork' as const, run: () => void forkProject(whole) },
      {
        label: 'Copy link',
        icon: 'link' as const,
        run: () => void this.app.client.host.copyLink({ panel: 'project', projectId: project.id }),
      },
    ];
    const own = [
      {
        label: 'Rename…',
        icon: 'edit' as const,
        run: () => void this.#rename(at),
      },
      {
        label: project.template ? 'Offer as a template no more' : 'Offer as a template',
        icon: 'file' as const,
        run: () => void this.#update({ template: !project.template }),
      },
      {
        label: project.archived ? 'Bring back from the archive' : 'Archive',
        icon: 'save' as const,
        run: () => void this.#archive(),
      },
      { label: 'Hand over…', icon: 'right' as const, run: () => void transferProject(whole) },
      { label: 'Delete…', icon: 'trash' as const, run: () => void deleteProject(whole) },
    ];
    openMenu('Project', editable ? [...copy, ...own] : copy, at);
  }

  #archive(): Promise<void> {
    const { archived } = this.project;
    const undo = { label: 'Undo', run: () => void this.#update({ archived }) };
    const text = archived ? 'The project is back.' : 'The project is archived: nothing can be launched in it.';
    return this.#update({ archived: !archived }, { text, action: undo });
  }

  #update(change: Omit<UpdateProjectInput, 'projectId'>, toast?: ToastText) {
    const { id: projectId, version: expectedVersion } = this.project;
    return act(this, async () => {
      await this.app.client.projects.update({ projectId, expectedVersion, ...change });
      return toast;
    }).finally(() => this.requestUpdate());
  }
}

customElements.define('fw-project-head', ProjectHead);
