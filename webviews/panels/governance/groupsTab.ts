/** Groups of people and the roles that they have in projects. Administrators say who is in a group, owners what it may. */
import { css, html, nothing } from 'lit';
import { type Group, type GroupRole, groupId as groupIdOf } from '../../../protocol/model/group.ts';
import type { Project } from '../../../protocol/model/project.ts';
import { type ProjectRole, projectRoles, type User } from '../../../protocol/model/session.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, checkbox, dropdown, iconButton } from '../../ui/controls.ts';
import { plural } from '../../ui/format.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

type Edited = { readonly groupId: string; readonly userIds: readonly string[] };
const roleWords: Readonly<Record<ProjectRole | 'none', string>> = {
  none: 'no role',
  viewer: 'viewer',
  contributor: 'contributor',
  owner: 'owner',
};

export class GroupsTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    isAdmin: { type: Boolean },
    edited: { state: true },
    fresh: { state: true },
    projectId: { state: true },
    failure: { state: true },
  };
  declare isAdmin: boolean;
  declare edited: Edited | null;
  /** Id of a group that is being made. */
  declare fresh: string;
  declare projectId: string;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; }
      .bar { display: flex; flex-wrap: wrap; align-items: end; gap: 8px 16px; margin-bottom: 12px; }
      .bar label { display: flex; align-items: center; gap: 8px; }
      .bar select { width: auto; max-width: 260px; }
      .bar input { width: 200px; }
      td, th { height: 30px; }
      td:first-child, th:first-child { padding-inline-start: 0; width: 28%; }
      td select { width: auto; height: 24px; }
      .acts { text-align: end; white-space: nowrap; width: 120px; }
      .acts .row { justify-content: flex-end; gap: 2px; }
      .people { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 8px 0; max-height: 240px; overflow: auto; }
      .why { color: var(--fw-dim); max-width: 84ch; margin-bottom: 14px; }
    `,
  ];

  readonly #groups = new Resource<readonly Group[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.groups.list(undefined, { signal }),
    isStale: (message) => isOf(message, ['group.']),
    pace: 300,
  });
  readonly #people = new Resource<readonly User[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.session.listUsers(undefined, { signal }),
    isStale: (message) => isOf(message, ['user.']),
  });
  readonly #projects = new Resource<readonly Project[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.projects.list({}, { signal }),
    isStale: (message) => isOf(message, ['project.']),
    pace: 1000,
    onValue: (projects) => this.#settle(projects),
  });
  readonly #roles = new Resource<readonly GroupRole[]>(this, {
    app: () => this.app,
    load: (signal) =>
      this.projectId === '' ? undefined : this.app.client.groups.ofProject({ projectId: this.projectId }, { signal }),
    isStale: (message) => isOf(message, ['group.']),
    pace: 300,
  });

  constructor() {
    super();
    this.isAdmin = false;
    this.edited = null;
    this.fresh = '';
    this.projectId = '';
    this.failure = undefined;
  }

  override render() {
    return html`<p class="why">A role that a group has in a project is one that each of its people has. Who has a higher role of their own keeps it.</p>
      ${this.#bar()}
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.#list()}`;
  }

  #bar() {
    const projects = (this.#projects.value ?? []).map(({ id, name: called }) => ({
      value: id,
      text: spellOut(called),
    }));
    const isUsable = groupIdOf.safeParse(this.fresh).success;
    return html`<div class="bar">
      ${projects.length === 0 ? nothing : html`<label>Roles in ${dropdown({ label: 'Project', value: this.projectId, options: projects, onChange: (id) => this.#choose(id) })}</label>`}
      <span class="grow"></span>
      ${
        this.isAdmin
          ? html`<input class="field" aria-label="Id of a new group" placeholder="id of a new group" spellcheck="false" .value=${this.fresh} aria-invalid=${String(this.fresh !== '' && !isUsable)} @input=${(event: Event) => this.#name((event.target as HTMLInputElement).value)} />
            ${button({ label: 'New group', disabled: !isUsable, title: 'Lower-case letters, digits and -', onClick: () => this.#make() })}`
          : nothing
      }
    </div>`;
  }

  #list() {
    const { value, failure } = this.#groups;
    if (failure !== undefined && !value) return failedState(failure, () => this.#groups.reset());
    if (!value) return skeleton(5);
    const drafted = this.edited && !value.some(({ id }) => id === this.edited?.groupId);
    if (value.length === 0 && !drafted) {
      return emptyState({
        icon: 'group',
        title: 'No groups yet',
        hint: this.isAdmin
          ? 'Name one above, choose who is in it, then give it a role in a project.'
          : 'An administrator of the server makes them.',
      });
    }
    const rows = drafted && this.edited ? [...value, newGroup(this.edited.groupId)] : value;
    return html`<table>
      <thead><tr><th>Group</th><th>People</th><th>Role in the project</th><th class="acts"></th></tr></thead>
      <tbody>${rows.map((group) => this.#row(group))}</tbody>
    </table>`;
  }

  #row(group: Group) {
    const isEdited = this.edited?.groupId === group.id;
    return html`<tr>
        <td class="cut">${name(group.name)}</td>
        <td title=${spellOut(group.members.map(({ name: called }) => called).join(', '))}>${plural(group.members.length, 'person', 'people')}</td>
        <td>${this.#role(group.id)}</td>
        <td class="acts"><div class="row">${
          this.isAdmin
            ? html`${iconButton({ icon: 'edit', label: `Who is in ${spellOut(group.name)}`, pressed: isEdited, onClick: () => this.#edit(group) })}
            ${iconButton({ icon: 'trash', label: group.members.length > 0 ? `${spellOut(group.name)} can be deleted when nobody is in it` : `Delete ${spellOut(group.name)}`, disabled: group.members.length > 0, onClick: () => void this.#delete(group.id) })}`
            : nothing
        }</div></td>
      </tr>
      ${isEdited ? html`<tr><td colspan="4">${this.#members()}</td></tr>` : nothing}`;
  }

  #role(groupId: string) {
    const role = this.#roles.value?.find((one) => one.groupId === groupId)?.role ?? 'none';
    const options = (['none', ...projectRoles] as const).map((value) => ({ value, text: roleWords[value] }));
    return dropdown({
      label: 'Role',
      value: role,
      options,
      disabled: this.projectId === '' || !this.#roles.value,
      onChange: (to) => void this.#setRole(groupId, to === 'none' ? null : (to as ProjectRole)),
    });
  }

  #members() {
    const chosen = this.edited?.userIds ?? [];
    return html`<div class="people">${(this.#people.value ?? []).map((user) => checkbox({ label: spellOut(user.name), checked: chosen.includes(user.id), onChange: (on) => this.#toggle(user.id, on) }))}</div>
      <div class="row">${button({ label: 'Save', primary: true, onClick: () => void this.#save() })}${button({ label: 'Cancel', onClick: () => this.#edit(null) })}</div>`;
  }

  #settle(projects: readonly Project[]): void {
    if (!projects.some(({ id }) => id === this.projectId)) this.#choose(projects[0]?.id ?? '');
  }

  #choose(projectId: string): void {
    this.projectId = projectId;
    this.#roles.reset();
  }

  #name(text: string): void {
    this.fresh = text;
  }

  #make(): void {
    this.edited = { groupId: this.fresh, userIds: [] };
    this.fresh = '';
  }

  #edit(group: Group | null): void {
    const isSame = group === null || group.id === this.edited?.groupId;
    this.edited = isSame ? null : { groupId: group.id, userIds: group.members.map(({ id }) => id) };
  }

  #toggle(userId: string, on: boolean): void {
    if (this.edited === null) return;
    const others = this.edited.userIds.filter((id) => id !== userId);
    this.edited = { ...this.edited, userIds: on ? [...others, userId] : others };
  }

  #save(): Promise<void> {
    return this.#try(async () => {
      if (this.edited)
        await this.app.client.groups.set({ groupId: this.edited.groupId, userIds: [...this.edited.userIds] });
      this.edited = null;
    });
  }

  #delete(groupId: string): Promise<void> {
    return this.#try(async () => {
      await this.app.client.groups.delete({ groupId });
      this.edited = null;
    });
  }

  #setRole(groupId: string, role: ProjectRole | null): Promise<void> {
    return this.#try(async () => {
      await this.app.client.groups.setRole({ projectId: this.projectId, groupId, role });
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      this.failure = undefined;
      await work();
    } catch (error) {
      this.failure = error;
    }
    this.#groups.refresh();
    this.#roles.refresh();
  }
}

function newGroup(id: string): Group {
  return { id, name: id, members: [], createdAt: 0 };
}

customElements.define('fw-groups-tab', GroupsTab);
