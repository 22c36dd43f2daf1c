/** A row of tabs as in VS Code's panel: arrow keys move, the chosen one is announced. Shows no content itself. */
import { css, html, LitElement, nothing } from 'lit';
import { base } from './styles.ts';

export type Tab = { readonly id: string; readonly label: string; readonly count?: number };

export class Tabs extends LitElement {
  static override properties = { tabs: { attribute: false }, selected: {} };
  declare tabs: readonly Tab[];
  declare selected: string;

  static override styles = [
    base,
    css`
      :host { display: block; border-bottom: 1px solid var(--fw-line); padding: 0 8px; overflow-x: auto; scrollbar-width: none; }
      div { display: flex; gap: 4px; }
      button {
        font: inherit; color: var(--fw-dim); background: none; border: 0; border-bottom: 1px solid transparent; margin-bottom: -1px;
        padding: 0 8px; height: 32px; cursor: pointer; white-space: nowrap;
      }
      button:hover { color: var(--vscode-foreground); }
      button[aria-selected='true'] { color: var(--vscode-foreground); border-bottom: 2px solid var(--vscode-focusBorder); }
      .count { margin-inline-start: 6px; padding: 0 5px; border-radius: 8px; font-size: 11px; background: var(--vscode-badge-background); color: var(--vscode-badge-foreground); }
    `,
  ];

  constructor() {
    super();
    this.tabs = [];
    this.selected = '';
  }

  override render() {
    return html`<div role="tablist" @keydown=${this.#move}>
      ${this.tabs.map(
        (tab) => html`<button
          role="tab"
          id=${tab.id}
          aria-selected=${String(tab.id === this.selected)}
          tabindex=${tab.id === this.selected ? 0 : -1}
          @click=${() => this.#select(tab.id)}
        >${tab.label}${tab.count ? html`<span class="count">${tab.count}</span>` : nothing}</button>`,
      )}
    </div>`;
  }

  #move(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = this.tabs.findIndex((tab) => tab.id === this.selected);
    const next = this.tabs[(at + step + this.tabs.length) % this.tabs.length];
    if (!next) return;
    this.#select(next.id);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#${next.id}`)?.focus());
  }

  #select(id: string): void {
    this.dispatchEvent(new CustomEvent<string>('select', { detail: id }));
  }
}

customElements.define('fw-tabs', Tabs);
