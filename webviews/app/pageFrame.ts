/** The frame around a panel in a browser: where to go, whether the server is reached, sign out. */
import { css, html, LitElement, nothing } from 'lit';
import type { PanelName } from '../../protocol/panel.ts';
import { icon } from '../ui/icon.ts';
import { base } from '../ui/styles.ts';
import type { PanelApp } from './client.ts';

const words: Record<PanelApp['connection']['status']['state'], string> = {
  connecting: 'Connecting…',
  ready: 'Connected',
  waiting: 'Reconnecting…',
  offline: 'Offline',
  'signed-out': 'Signed out',
  refused: 'Refused',
  stopped: 'Stopped',
};

export class PageFrame extends LitElement {
  declare app: PanelApp;
  #stop = () => {};

  static override styles = [
    base,
    css`
      :host { display: flex; flex-direction: column; height: 100%; }
      header {
        display: flex; align-items: center; gap: 4px; height: 36px; padding: 0 12px; flex: none;
        background: var(--vscode-sideBar-background); border-bottom: 1px solid var(--fw-line);
      }
      .brand { display: flex; align-items: center; gap: 6px; font-weight: 600; margin-inline-end: 12px; color: inherit; }
      .brand svg { color: var(--vscode-textLink-foreground); }
      nav { display: flex; gap: 2px; height: 100%; min-width: 0; overflow: auto hidden; scrollbar-width: none; }
      nav a { display: flex; align-items: center; padding: 0 10px; color: var(--fw-dim); border: 0 solid; border-bottom-width: 0; padding-block: 2px 0; }
      nav a[aria-current] { color: var(--vscode-foreground); border-bottom: 2px solid var(--vscode-focusBorder); }
      nav a:hover { color: var(--vscode-foreground); text-decoration: none; }
      .state { margin-inline-start: auto; display: flex; align-items: center; gap: 6px; color: var(--fw-dim); }
      .dot { width: 8px; height: 8px; border-radius: 50%; background: var(--fw-bad); }
      .dot { forced-color-adjust: none; }
      .dot.ready { background: var(--fw-good); }
      .dot.connecting, .dot.waiting { background: var(--fw-warn); }
      form { margin-inline-start: 8px; flex: none; }
      @media (max-width: 560px) { .state { font-size: 0; gap: 0; } .brand { font-size: 0; gap: 0; margin-inline-end: 4px; } nav a { padding-inline: 7px; } }
      main { flex: 1; min-height: 0; }
      ::slotted(*) { height: 100%; }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.app.connection.onChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    this.#stop();
    super.disconnectedCallback();
  }

  override render() {
    const { state } = this.app.connection.status;
    const panel = this.app.place.panel;
    return html`
      <header>
        <a class="brand" href="/">${icon('flywheel')} Flywheel</a>
        <nav aria-label="Main">
          ${pages.map(({ href, label, panels }) => html`<a href=${href} aria-current=${panels.includes(panel) ? 'page' : nothing}>${label}</a>`)}
        </nav>
        <span class="state" role="status"><span class="dot ${state}"></span>${words[state]}</span>
        <form method="post" action="/sign-out"><button class="plain" type="submit">Sign out</button></form>
      </header>
      <main><slot></slot></main>
    `;
  }
}

type Page = { readonly href: string; readonly label: string; readonly panels: readonly PanelName[] };

const pages: readonly Page[] = [
  { href: '/', label: 'Projects', panels: ['home', 'project'] },
  { href: '/portfolio', label: 'Portfolio', panels: ['portfolio'] },
  { href: '/experiments', label: 'Experiments', panels: ['experiments'] },
  { href: '/sweeps', label: 'Sweeps', panels: ['sweep'] },
  { href: '/jobs', label: 'Jobs', panels: ['jobs'] },
  { href: '/workspaces', label: 'Workspaces', panels: ['workspaces'] },
  { href: '/environments', label: 'Environments', panels: ['environments'] },
  { href: '/costs', label: 'Costs', panels: ['costs'] },
  { href: '/governance', label: 'Governance', panels: ['governance'] },
  { href: '/search', label: 'Search', panels: ['search'] },
];

customElements.define('fw-page-frame', PageFrame);

export function createPageFrame(app: PanelApp, panel: HTMLElement): HTMLElement {
  const frame = document.createElement('fw-page-frame') as PageFrame;
  frame.app = app;
  frame.append(panel);
  return frame;
}
