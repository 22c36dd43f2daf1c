/** What governs people and money, tab by tab. Holds which tab is shown; each tab asks for what it shows. */
import { css, html } from 'lit';
import { type GovernanceTab, governanceTabs } from '../../../protocol/governancePanel.ts';
import { type ServerRights, serverRights } from '../../state/isAdministrator.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { offlineBanner, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import '../../ui/tabs.ts';
import './accountsTab.ts';
import './auditTab.ts';
import './groupsTab.ts';
import './quotasTab.ts';
import './secretsTab.ts';
import './sessionsTab.ts';

const labels: Readonly<Record<GovernanceTab, string>> = {
  accounts: 'Accounts',
  sessions: 'Your Sessions',
  secrets: 'Secrets',
  groups: 'Groups',
  quotas: 'Quotas',
  audit: 'Audit',
};
/** Who else asks there gets no answer. */
const needed: Partial<Record<GovernanceTab, (rights: ServerRights) => boolean>> = {
  quotas: ({ admin }) => admin,
  audit: ({ admin, auditor }) => admin || auditor,
};
const noRights: ServerRights = { admin: false, auditor: false };

export class GovernancePanel extends PanelPart {
  static override properties = { ...PanelPart.properties, tab: { state: true } };
  declare tab: GovernanceTab;
  #stop = () => {};
  #place = '';

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: flex; flex-direction: column; height: 100%; }
      .page { flex: 1; min-height: 0; overflow: auto; }
      .page > * { width: 100%; max-width: 1080px; margin: 0 auto; padding: 16px 24px 40px; }
    `,
  ];

  readonly #rights = new Resource<ServerRights>(this, {
    app: () => this.app,
    load: (signal) => serverRights(this.app.client, signal),
    isStale: (message) => isOf(message, ['user.updated']),
  });

  constructor() {
    super();
    this.tab = 'secrets';
  }

  override connectedCallback(): void {
    this.#takePlace();
    super.connectedCallback();
    this.#stop = this.app.connection.onChange(() => {
      this.#takePlace();
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    this.#stop();
    super.disconnectedCallback();
  }

  override render() {
    return html`${offlineBanner(this.app.connection, () => void this.app.client.host.connect())}
      <fw-tabs .tabs=${this.#tabs()} .selected=${this.tab} @select=${(event: CustomEvent<GovernanceTab>) => this.#choose(event.detail)}></fw-tabs>
      <div class="page">${this.#body()}</div>`;
  }

  #tabs() {
    const rights = this.#rights.value ?? noRights;
    const shown = governanceTabs.filter((id) => id === this.tab || (needed[id]?.(rights) ?? true));
    return shown.map((id) => ({ id, label: labels[id] }));
  }

  #body() {
    const { admin } = this.#rights.value ?? noRights;
    switch (this.tab) {
      case 'accounts':
        return html`<fw-accounts-tab .app=${this.app} .isAdmin=${admin}></fw-accounts-tab>`;
      case 'sessions':
        return html`<fw-sessions-tab .app=${this.app}></fw-sessions-tab>`;
      case 'secrets':
        return html`<fw-secrets-tab .app=${this.app} .asked=${this.#asked()}></fw-secrets-tab>`;
      case 'groups':
        return html`<fw-groups-tab .app=${this.app} .isAdmin=${admin}></fw-groups-tab>`;
      case 'quotas':
        return html`<fw-quotas-tab .app=${this.app}></fw-quotas-tab>`;
      case 'audit':
        return html`<fw-audit-tab .app=${this.app}></fw-audit-tab>`;
    }
  }

  #asked(): string {
    const { place } = this.app;
    return place.panel === 'governance' ? (place.projectId ?? '') : '';
  }

  #takePlace(): void {
    const { place } = this.app;
    const asked = JSON.stringify(place);
    if (place.panel !== 'governance' || asked === this.#place) return;
    this.#place = asked;
    if (place.tab) this.tab = place.tab;
  }

  #choose(tab: GovernanceTab): void {
    this.tab = tab;
  }
}

customElements.define('fw-governance-panel', GovernancePanel);
