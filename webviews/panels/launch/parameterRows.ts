/** Parameters as rows of name and value. Holds none: each change is an event. */
import { css, html, LitElement, nothing } from 'lit';
import { iconButton } from '../../ui/controls.ts';
import { icon } from '../../ui/icon.ts';
import { base } from '../../ui/styles.ts';
import { type ParameterRow, parameterProblem } from './launchForm.ts';

export class ParameterRows extends LitElement {
  static override properties = { rows: { attribute: false } };
  declare rows: readonly ParameterRow[];

  static override styles = [
    base,
    css`
      :host { display: block; }
      .pair { display: grid; grid-template-columns: 2fr 3fr 22px; gap: 4px; align-items: center; margin-bottom: 4px; }
      .pair input.field { font-family: var(--fw-mono); font-size: 12px; }
      .why { grid-column: 1 / -1; color: var(--vscode-errorForeground); font-size: 12px; }
      .add { margin-inline-start: -6px; }
    `,
  ];

  override render() {
    return html`
      ${this.rows.map((row, at) => this.#pair(row, at))}
      <button class="plain add" @click=${this.#add}>${icon('add')}Add parameter</button>
    `;
  }

  #pair(row: ParameterRow, at: number) {
    const why = parameterProblem(this.rows, at);
    return html`<div class="pair">
      <input class="field" aria-label="Name of parameter ${at + 1}" placeholder="name" .value=${row.key} aria-invalid=${String(why !== null)} spellcheck="false"
        @input=${(event: Event) => this.#set(at, { ...row, key: (event.target as HTMLInputElement).value })} />
      <input class="field" aria-label="Value of parameter ${at + 1}" placeholder="value" .value=${row.value} spellcheck="false"
        @input=${(event: Event) => this.#set(at, { ...row, value: (event.target as HTMLInputElement).value })}
        @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && this.#add()} />
      ${iconButton({ icon: 'close', label: `Remove parameter ${row.key || at + 1}`, onClick: () => this.#tell(this.rows.filter((_, index) => index !== at)) })}
      ${why ? html`<span class="why" role="alert">${why}</span>` : nothing}
    </div>`;
  }

  #add(): void {
    this.#tell([...this.rows, { key: '', value: '' }]);
    requestAnimationFrame(() =>
      [...this.renderRoot.querySelectorAll<HTMLElement>('.pair')].at(-1)?.querySelector('input')?.focus(),
    );
  }

  #set(at: number, row: ParameterRow): void {
    this.#tell(this.rows.with(at, row));
  }

  #tell(rows: readonly ParameterRow[]): void {
    this.dispatchEvent(new CustomEvent<readonly ParameterRow[]>('rows', { detail: rows }));
  }
}

customElements.define('fw-parameter-rows', ParameterRows);
