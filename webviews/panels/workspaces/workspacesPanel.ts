/** The workspaces that a person may see, those that run first, and a form for a new one. */
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { isActive, type Workspace } from '../../../protocol/model/workspace.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, checkbox } from '../../ui/controls.ts';
import { plural } from '../../ui/format.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, offlineBanner, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import './workspaceCard.ts';
import './workspaceForm.ts';

type Shown = {
  readonly list: readonly Workspace[];
  readonly currency: string;
  readonly userId: string;
  readonly fetchedAt: number;
};

export class WorkspacesPanel extends PanelPart {
  static override properties = { ...PanelPart.properties, making: { state: true }, all: { state: true } };
  declare making: boolean;
  declare all: boolean;
  #stop = () => {};

  readonly #workspaces = new Resource<Shown>(this, {
    app: () => this.app,
    load: async (signal) => {
      const { workspaces, tiers, session } = this.app.client;
      const client = { name: 'Workspaces', version: '1' };
      const asked = [
        workspaces.list({}, { signal }),
        tiers.list(undefined, { signal }),
        session.hello({ client, protocol: 1 }, { signal }),
      ] as const;
      const [list, { currency }, { user }] = await Promise.all(asked);
      return { list, currency, userId: user.id, fetchedAt: Date.now() };
    },
    isStale: (message) => isOf(message, ['workspace.', 'project.member-changed', 'catalog.']),
    pace: 300,
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: flex; flex-direction: column; height: 100%; overflow: auto; }
      .page { width: 100%; max-width: 1080px; margin: 0 auto; padding: 16px 24px 40px; }
      .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; margin-bottom: 8px; }
      .bar .grow { flex: 1; }
    `,
  ];

  constructor() {
    super();
    this.making = false;
    this.all = true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.app.connection.onChange(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    this.#stop();
    super.disconnectedCallback();
  }

  override render() {
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    const { value, failure } = this.#workspaces;
    if (!value)
      return html`${banner}${failure === undefined ? skeleton(6) : failedState(failure, () => this.#workspaces.reset())}`;
    return html`${banner}<div class="page">${value.list.length > 0 || this.making ? this.#bar(value) : nothing}
      ${
        this.making
          ? html`<fw-workspace-form .app=${this.app} @end=${() => {
              this.making = false;
            }}></fw-workspace-form>`
          : nothing
      }
      ${this.#list(value)}</div>`;
  }

  #bar({ list, userId }: Shown) {
    const running = list.filter(({ state }) => isActive(state)).length;
    const others = list.some(({ owner }) => owner.id !== userId);
    return html`<div class="bar">
      <span class="dim">${plural(list.length, 'workspace')}${running > 0 ? `, ${running} running` : ''}</span>
      ${
        others
          ? checkbox({
              label: 'Of others too',
              checked: this.all,
              onChange: (on) => {
                this.all = on;
              },
            })
          : nothing
      }
      <span class="grow"></span>
      ${button({
        label: 'New workspace',
        icon: 'add',
        primary: true,
        disabled: this.making,
        onClick: () => {
          this.making = true;
        },
      })}
    </div>`;
  }

  #list({ list, currency, userId, fetchedAt }: Shown) {
    const shown = list.filter(({ owner }) => this.all || owner.id === userId);
    if (shown.length === 0) {
      if (this.making) return nothing;
      return emptyState({
        icon: 'folder',
        title: 'There is no workspace yet',
        hint: 'A workspace is VS Code, JupyterLab or another tool in an environment on a hardware tier of your choice. Its files stay when it stops, and what runs in it goes on when you close the window.',
        action: button({
          label: 'New workspace',
          primary: true,
          onClick: () => {
            this.making = true;
          },
        }),
      });
    }
    return html`<div role="list">${repeat(
      shown,
      ({ id }) => id,
      (workspace) =>
        html`<fw-workspace-card role="listitem" .app=${this.app} .workspace=${workspace} .fetchedAt=${fetchedAt} currency=${currency} ?mine=${workspace.owner.id === userId}></fw-workspace-card>`,
    )}</div>`;
  }
}

customElements.define('fw-workspaces-panel', WorkspacesPanel);
