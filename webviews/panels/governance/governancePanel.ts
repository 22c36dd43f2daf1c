/** What governs people and money, tab by tab. Holds which tab is shown; each tab asks for what it shows. */
import { css, html } from 'lit';
import { type GovernanceTab, governanceTabs } from '../../../protocol/governancePanel.ts';
import { isAdministrator } from '../../state/isAdministrator.ts';
import { Resource } from '../../state/resource.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { offlineBanner, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import '../../ui/tabs.ts';
import './auditTab.ts';
import './groupsTab.ts';
import './quotasTab.ts';
import './secretsTab.ts';

const labels: Readonly<Record<GovernanceTab, string>> = {
  secrets: 'Secrets',
  groups: 'Groups',
  quotas: 'Quotas',
  audit: 'Audit',
};
/** Only administrators get an answer there. */
const ofAdministrators: readonly GovernanceTab[] = ['quotas', 'audit'];

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

  readonly #isAdmin = new Resource<boolean>(this, {
    app: () => this.app,
    load: (signal) => isAdministrator(this.app.client, signal),
    isStale: () => false,
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
    const isAdmin = this.#isAdmin.value ?? false;
    const shown = governanceTabs.filter((id) => isAdmin || id === this.tab || !ofAdministrators.includes(id));
    return shown.map((id) => ({ id, label: labels[id] }));
  }

  #body() {
    switch (this.tab) {
      case 'secrets':
        return html`<fw-secrets-tab .app=${this.app} .asked=${this.#asked()}></fw-secrets-tab>`;
      case 'groups':
        return html`<fw-groups-tab .app=${this.app} .isAdmin=${this.#isAdmin.value ?? false}></fw-groups-tab>`;
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
