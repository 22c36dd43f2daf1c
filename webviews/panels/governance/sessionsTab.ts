/** Where one is signed in, and the tokens that one has made. */
import { css, html } from 'lit';
import { PanelPart } from '../../ui/panelBase.ts';
import { base } from '../../ui/styles.ts';
import './passwordForm.ts';
import './tokenList.ts';

export class SessionsTab extends PanelPart {
  static override styles = [
    base,
    css`
      :host { display: block; }
      .why { color: var(--fw-dim); max-width: 84ch; margin-bottom: 12px; }
    `,
  ];

  override render() {
    return html`<p class="why">Where you are signed in, and tokens that act as you. What you end here is over at once, open windows included.</p>
      <fw-token-list .app=${this.app} .userId=${''}></fw-token-list>
      <fw-password-form .app=${this.app}></fw-password-form>`;
  }
}

customElements.define('fw-sessions-tab', SessionsTab);
