/** A menu as in VS Code: arrow keys and first letters move, Enter chooses, Escape leaves. Chooses nothing by itself. */
import { css, html, LitElement, nothing } from 'lit';
import { type IconName, icon } from './icon.ts';
import { type Anchor, showPopup } from './popup.ts';
import { base } from './styles.ts';

export type MenuItem =
  | {
      readonly label: string;
      readonly run: () => void;
      readonly icon?: IconName;
      /** Given: an item that is on or off. */
      readonly checked?: boolean;
      readonly disabled?: boolean;
      /** Beside the label, as the key that does the same. */
      readonly hint?: string;
    }
  | { readonly title: string };

export function openMenu(label: string, items: readonly MenuItem[], anchor: Anchor): void {
  const menu = document.createElement('fw-menu') as Menu;
  menu.label = label;
  menu.items = items;
  menu.close = showPopup(menu, anchor);
}

export class Menu extends LitElement {
  static override properties = { items: { attribute: false }, label: {} };
  declare items: readonly MenuItem[];
  declare label: string;
  close: () => void = () => {};

  static override styles = [
    base,
    css`
      :host {
        min-width: 180px; max-width: min(360px, calc(100vw - 16px)); max-height: min(70vh, 560px); overflow: auto; padding: 4px;
        font-family: var(--vscode-font-family); color: var(--vscode-menu-foreground, var(--vscode-foreground)); background: var(--vscode-menu-background, var(--vscode-editorWidget-background));
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-menu-border, var(--fw-line))); border-radius: 5px; box-shadow: 0 2px 8px var(--vscode-widget-shadow);
      }
      .item { display: grid; grid-template-columns: 18px 1fr auto; align-items: center; gap: 4px; min-height: 24px; padding: 0 8px 0 4px; border-radius: 3px; cursor: pointer; }
      .item svg { width: 14px; height: 14px; }
      .item .hint { color: var(--fw-dim); padding-inline-start: 16px; }
      .item:focus, .item:hover { background: var(--vscode-menu-selectionBackground, var(--vscode-list-activeSelectionBackground)); color: var(--vscode-menu-selectionForeground, var(--vscode-list-activeSelectionForeground)); outline: 1px solid var(--vscode-menu-selectionBorder, var(--vscode-contrastActiveBorder, transparent)); outline-offset: -1px; }
      .item:focus .hint, .item:hover .hint { color: inherit; }
      .item[aria-disabled='true'] { opacity: 0.5; cursor: default; }
      h2 { padding: 6px 8px 3px; border-top: 1px solid var(--fw-line); margin-top: 4px; }
      h2:first-child { border-top: 0; margin-top: 0; }
    `,
  ];

  override firstUpdated(): void {
    this.#focus(this.#all()[0]);
  }

  override render() {
    return html`<div role="menu" aria-label=${this.label} @keydown=${this.#key}>
      ${this.items.map((item) => ('title' in item ? html`<h2 role="presentation">${item.title}</h2>` : this.#item(item)))}
    </div>`;
  }

  #item(item: Exclude<MenuItem, { readonly title: string }>) {
    const { checked, disabled = false } = item;
    const picture = checked === undefined ? item.icon : checked ? 'check' : undefined;
    return html`<div class="item" role=${checked === undefined ? 'menuitem' : 'menuitemcheckbox'} tabindex="-1" aria-checked=${checked === undefined ? nothing : String(checked)} aria-disabled=${String(disabled)}
      @click=${() => this.#choose(item)} @pointermove=${(event: Event) => this.#focus(event.currentTarget as HTMLElement)}>
      <span>${picture ? icon(picture) : nothing}</span><span class="cut">${item.label}</span>${item.hint ? html`<span class="hint">${item.hint}</span>` : nothing}
    </div>`;
  }

  #choose(item: Exclude<MenuItem, { readonly title: string }>): void {
    if (item.disabled) return;
    this.close();
    item.run();
  }

  #all(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.item')];
  }

  #focus(item: HTMLElement | undefined): void {
    item?.focus({ preventScroll: false });
  }

  readonly #key = (event: KeyboardEvent) => {
    const all = this.#all();
    const at = all.findIndex((item) => item.matches(':focus'));
    const move = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (move !== undefined) this.#focus(all.at(move >= all.length ? 0 : move));
    else if (event.key === 'Enter' || event.key === ' ') all[at]?.click();
    else if (event.key === 'Tab') this.close();
    else if (event.key.length === 1) this.#focus(startingWith(event.key, all, at));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

function startingWith(letter: string, items: readonly HTMLElement[], after: number): HTMLElement | undefined {
  const rotated = [...items.slice(after + 1), ...items.slice(0, after + 1)];
  return rotated.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter.toLowerCase()));
}

customElements.define('fw-menu', Menu);
