/** Who is in the project, as what. Owners add people, change roles, take people out. */
import { css, html, nothing } from 'lit';
import type { Person } from '../../../protocol/model/common.ts';
import type { Member, Project } from '../../../protocol/model/project.ts';
import { type ProjectRole, projectRoles } from '../../../protocol/model/session.ts';
import { anchorOf, askText } from '../../ui/askText.ts';
import { dropdown, iconButton } from '../../ui/controls.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { base } from '../../ui/styles.ts';
import { act } from './act.ts';
import { sectionStyles } from './projectStyles.ts';

export class MemberList extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    project: { attribute: false },
    members: { attribute: false },
    editable: {},
  };
  declare project: Project;
  declare members: readonly Member[];
  declare editable: boolean;

  static override styles = [
    base,
    sectionStyles,
    css`
      select { width: auto; height: 22px; }
      .role { color: var(--fw-dim); text-transform: capitalize; }
    `,
  ];

  override render() {
    return html`<div class="heading"><h2>People</h2>${
      this.editable
        ? html`${iconButton({ icon: 'add', label: 'Add a person', onClick: (event) => void this.#add(event) })}`
        : nothing
    }</div>
    <ul>${this.members.map((member) => this.#member(member))}</ul>`;
  }

  #member({ user, role }: Member) {
    const isOwner = user.id === this.project.owner.id;
    const title = `${spellOut(user.name)} (${user.id})${isOwner ? ', who the project belongs to' : ''}`;
    return html`<li class="line"><span class="cut grow" title=${title}>${name(user.name)}${isOwner ? html` <span class="dim small">lead</span>` : nothing}</span>
      ${
        this.editable
          ? html`${iconButton({ icon: 'trash', label: `Take ${spellOut(user.name)} out`, onClick: () => void this.#set(user, { role: null, was: role }) })}
            ${dropdown({ label: `Role of ${spellOut(user.name)}`, value: role, options: projectRoles.map((one) => ({ value: one, text: one })), onChange: (to) => void this.#set(user, { role: to as ProjectRole, was: role }) })}`
          : html`<span class="role">${role}</span>`
      }</li>`;
  }

  async #add(event: Event): Promise<void> {
    const at = anchorOf(event);
    const isMember = new Set(this.members.map(({ user }) => user.id));
    await act(this, async () => {
      const people = (await this.app.client.session.listUsers()).filter(({ id }) => !isMember.has(id));
      if (people.length === 0) return { text: 'Everyone on this server is in the project.' };
      const fields = [
        {
          name: 'userId',
          label: 'Person',
          kind: 'choice' as const,
          value: people[0]?.id ?? '',
          choices: people.map(choice),
        },
        {
          name: 'role',
          label: 'Role',
          kind: 'choice' as const,
          value: 'contributor',
          choices: projectRoles.map(plain),
        },
      ];
      const answer = await askText({ title: 'Add a person', action: 'Add', fields }, at);
      if (!answer) return undefined;
      const { userId = '', role } = answer;
      await this.app.client.projects.setMember({ projectId: this.project.id, userId, role: role as ProjectRole });
      return undefined;
    });
  }

  #set(user: Person, { role, was }: { readonly role: ProjectRole | null; readonly was: ProjectRole }): Promise<void> {
    const of = { projectId: this.project.id, userId: user.id };
    return act(this, async () => {
      await this.app.client.projects.setMember({ ...of, role });
      if (role !== null) return undefined;
      const undo = () => void this.#set(user, { role: was, was });
      return { text: `${spellOut(user.name)} is not in the project any more.`, action: { label: 'Undo', run: undo } };
    }).finally(() => this.requestUpdate());
  }
}

const choice = ({ id, name: called }: Person) => ({ value: id, text: `${spellOut(called)} (${id})` });
const plain = (role: ProjectRole) => ({ value: role, text: role });

customElements.define('fw-member-list', MemberList);
