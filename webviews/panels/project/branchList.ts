/** The branches of the project's repository, and which of them are kept. */
import { css, html, nothing } from 'lit';
import type { Branch } from '../../../protocol/model/projectCode.ts';
import { iconButton } from '../../ui/controls.ts';
import { formatAgo, formatTime } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { base } from '../../ui/styles.ts';
import { act } from './act.ts';
import { sectionStyles } from './projectStyles.ts';

export class BranchList extends PanelPart {
  static override properties = { ...PanelPart.properties, projectId: {}, branches: { attribute: false }, editable: {} };
  declare projectId: string;
  declare branches: readonly Branch[];
  declare editable: boolean;

  static override styles = [base, sectionStyles, css`li svg.icon { width: 14px; height: 14px; color: var(--fw-dim); }`];

  override render() {
    return html`<div class="heading"><h2>Branches</h2></div>
      ${this.branches.length === 0 ? html`<p class="hint">No code yet. Push to the project's Git address, or launch from VS Code.</p>` : html`<ul>${this.branches.map((branch) => this.#branch(branch))}</ul>`}`;
  }

  #branch(branch: Branch) {
    const { name: called, isProtected, isDefault, committedAt, subject, author } = branch;
    // A snapshot is the same commit whoever makes it, and whenever.
    const isSnapshot = committedAt === 0;
    const when = isSnapshot ? 'the code of a run' : formatAgo(committedAt);
    const about = `${spellOut(subject)}, ${spellOut(author)}, ${isSnapshot ? when : formatTime(committedAt)}`;
    return html`<li class="line" title=${about}>
      <span class="cut grow">${name(called)}${isDefault ? html` <span class="dim small">default</span>` : nothing}</span>
      ${
        this.editable
          ? iconButton({
              icon: 'pin',
              label: isProtected
                ? `Protect ${spellOut(called)} no more`
                : `Protect ${spellOut(called)}: owners alone push to it, nobody rewrites it`,
              pressed: isProtected,
              onClick: () => void this.#protect(branch),
            })
          : isProtected
            ? icon('pin', 'Protected: owners alone push to it, nobody rewrites it')
            : nothing
      }
      ${this.editable && isProtected ? html`<span class="dim small">protected</span>` : nothing}
      <span class="dim small">${when}</span></li>`;
  }

  #protect({ name: branch, isProtected }: Branch): Promise<void> {
    return act(this, async () => {
      await this.app.client.projects.protectBranch({ projectId: this.projectId, branch, protected: !isProtected });
      return undefined;
    });
  }
}

customElements.define('fw-branch-list', BranchList);
