/** The keys of the table, over the page. */
import { css, html, LitElement } from 'lit';
import { keyHelp } from '../../grid/gridKeys.ts';
import { showPopup } from '../../ui/popup.ts';
import { popupFormStyles } from '../../ui/popupForm.ts';
import { base } from '../../ui/styles.ts';

export class KeysHelp extends LitElement {
  static override styles = [
    base,
    popupFormStyles,
    css`
      :host { width: min(560px, calc(100vw - 16px)); }
      h3 { margin-bottom: 8px; }
      kbd { font-family: inherit; color: var(--vscode-keybindingLabel-foreground, inherit); }
      td:first-child { width: 46%; font-weight: 600; }
      td { white-space: normal; }
    `,
  ];

  override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('[tabindex]')?.focus();
  }

  override render() {
    return html`<div tabindex="0" role="dialog" aria-label="Keys of the table"><h3>Keys</h3><table><tbody>
      ${keyHelp.map(([keys, what]) => html`<tr><td><kbd>${keys}</kbd></td><td>${what}</td></tr>`)}
    </tbody></table></div>`;
  }
}

customElements.define('fw-keys-help', KeysHelp);

export function showKeys(): void {
  const width = Math.min(560, window.innerWidth);
  showPopup(document.createElement('fw-keys-help'), { left: (window.innerWidth - width) / 2, top: 60, bottom: 60 });
}
