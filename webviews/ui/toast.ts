/** A word about what was just done, with the way back, for a while. It stays while it is pointed at or has the focus. */
import { css, html, LitElement, nothing } from 'lit';
import { iconButton } from './controls.ts';
import { base } from './styles.ts';

export type ToastText = {
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
};

const shownMs = 10_000;

export class Toast extends LitElement {
  static override properties = { toast: { attribute: false } };
  declare toast: ToastText | null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    base,
    css`
      :host { position: absolute; z-index: 40; inset-inline: 0; bottom: 16px; display: flex; justify-content: center; pointer-events: none; }
      .toast {
        display: flex; align-items: center; gap: 12px; padding: 6px 6px 6px 14px; max-width: calc(100vw - 32px); pointer-events: auto; border-radius: 4px;
        color: var(--vscode-notifications-foreground, var(--vscode-foreground)); background: var(--vscode-notifications-background, var(--vscode-editorWidget-background));
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-notifications-border, var(--fw-line))); box-shadow: 0 2px 8px var(--vscode-widget-shadow);
      }
      .act { color: var(--vscode-textLink-foreground); font-weight: 600; }
    `,
  ];

  constructor() {
    super();
    this.toast = null;
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  override updated(): void {
    this.#wait();
  }

  override render() {
    const { toast } = this;
    if (!toast) return html`<div role="status"></div>`;
    const { action } = toast;
    return html`<div role="status"><div class="toast" @pointerenter=${() => clearTimeout(this.#timer)} @pointerleave=${() => this.#wait()} @focusin=${() => clearTimeout(this.#timer)} @focusout=${() => this.#wait()}>
      <span class="cut">${toast.text}</span>
      ${action ? html`<button class="plain act" @click=${() => this.#act(action.run)}>${action.label}</button>` : nothing}
      ${iconButton({ icon: 'close', label: 'Close this message', onClick: () => this.#end() })}
    </div></div>`;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.toast) this.#timer = setTimeout(() => this.#end(), shownMs);
  }

  #act(run: () => void): void {
    this.#end();
    run();
  }

  #end(): void {
    this.dispatchEvent(new CustomEvent('end'));
  }
}

customElements.define('fw-toast', Toast);
