/** Which columns a chart draws, and on which scales: one list for each role, as many as are wanted where there may be many. */
import { css, html, LitElement, nothing } from 'lit';
import { checkbox, dropdown, iconButton } from '../../../ui/controls.ts';
import { name, spellOut } from '../../../ui/name.ts';
import { base } from '../../../ui/styles.ts';
import { columnOf, type TableColumn } from '../tableColumn.ts';
import { type ChartCard, mostColumns, offeredFor, type Role, roles } from './chartCard.ts';

const mostOffered = 1000;

export class CardEditor extends LitElement {
  static override properties = { card: { attribute: false }, offered: { attribute: false } };
  declare card: ChartCard;
  declare offered: readonly TableColumn[];

  static override styles = [
    base,
    css`
      :host { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; padding: 8px 12px; border: 1px solid var(--fw-edge); border-bottom: 0; border-radius: 4px 4px 0 0; background: var(--vscode-sideBar-background); }
      label { display: flex; align-items: center; gap: 6px; }
      select { width: auto; max-width: 180px; }
      .many { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 6px; }
      .chip { display: inline-flex; align-items: center; gap: 2px; padding-inline-start: 8px; height: 24px; max-width: 220px; border: 1px solid var(--fw-edge); border-radius: 4px; background: var(--vscode-editor-background); }
    `,
  ];

  override render() {
    const { card } = this;
    return html`
      ${roles[card.kind].map((role, at) => (role.many ? this.#many(role, at) : this.#one(role, at)))}
      ${card.kind === 'importance' ? nothing : this.#scales()}
    `;
  }

  #one(role: Role, at: number) {
    const options = [{ value: '', text: role.optional ? 'None' : 'Choose…' }, ...this.#options(role)];
    return html`<label>${role.word} ${dropdown({ label: role.word, value: this.card.columns[at] ?? '', options, onChange: (id) => this.#set(at, id) })}</label>`;
  }

  #many(role: Role, from: number) {
    const { columns } = this.card;
    const chosen = columns.slice(from);
    const rest = this.#options(role).filter(({ value }) => !columns.includes(value));
    const add = [{ value: '', text: 'Add…' }, ...rest];
    return html`<span class="many" role="group" aria-label=${role.word}>${role.word}
      ${chosen.map((id, at) => html`<span class="chip">${name(columnOf(id)?.label ?? id)}${at === 0 ? nothing : iconButton({ icon: 'left', label: `Move ${id} forward`, onClick: () => this.#move(from + at) })}${iconButton({ icon: 'close', label: `Leave out ${spellOut(id)}`, onClick: () => this.#change(columns.filter((_, own) => own !== from + at)) })}</span>`)}
      ${columns.length >= mostColumns ? nothing : dropdown({ label: 'Add a column', value: '', options: add, onChange: (id) => id !== '' && this.#change([...columns, id]) })}
    </span>`;
  }

  #scales() {
    const { kind, logX, logY } = this.card;
    const up = kind === 'scatter' || kind === 'contour' || kind === 'box';
    return html`
      ${kind === 'box' ? nothing : checkbox({ label: kind === 'parallel' ? 'Log scales' : 'Log across', checked: logX, onChange: (on) => this.#tell({ logX: on }) })}
      ${up ? checkbox({ label: 'Log up', checked: logY, onChange: (on) => this.#tell({ logY: on }) }) : nothing}
    `;
  }

  #options(role: Role) {
    return offeredFor(role, this.offered)
      .slice(0, mostOffered)
      .map(({ id, label }) => ({ value: id, text: spellOut(label) }));
  }

  #set(at: number, id: string): void {
    const columns = roles[this.card.kind].map((_, own) => (own === at ? id : (this.card.columns[own] ?? '')));
    const rest = this.card.columns.slice(columns.length);
    this.#change([...columns, ...rest]);
  }

  #move(at: number): void {
    const columns = [...this.card.columns];
    const [moved = ''] = columns.splice(at, 1);
    this.#change(columns.toSpliced(at - 1, 0, moved));
  }

  #change(columns: readonly string[]): void {
    this.#tell({ columns });
  }

  #tell(change: Partial<ChartCard>): void {
    this.dispatchEvent(new CustomEvent('change-card', { detail: { ...this.card, ...change } }));
  }
}

customElements.define('fw-card-editor', CardEditor);
