/** The form for a new workspace: project, environment, tool, tier. It remembers what was chosen last and makes it. */
import { css, html, nothing } from 'lit';
import type { Environment } from '../../../protocol/model/environment.ts';
import type { Project } from '../../../protocol/model/project.ts';
import type { TierList } from '../../../protocol/model/tier.ts';
import type { ToolChoice, Workspace } from '../../../protocol/model/workspace.ts';
import { type Remembered, remember } from '../../state/remembered.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, dropdown } from '../../ui/controls.ts';
import { formatMoney } from '../../ui/format.ts';
import { spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

type Choice = {
  readonly projectId: string;
  readonly environmentId: string;
  readonly tool: string;
  readonly tierId: string;
  readonly idleMinutes: string;
};
type Offer = {
  readonly projects: readonly Project[];
  readonly environments: readonly Environment[];
  readonly tiers: TierList;
};

const first: Choice = { projectId: '', environmentId: '', tool: '', tierId: '', idleMinutes: '60' };
const idles = [
  { value: '30', text: 'after 30 minutes' },
  { value: '60', text: 'after an hour' },
  { value: '240', text: 'after 4 hours' },
  { value: '720', text: 'after 12 hours' },
  { value: '', text: 'never' },
];

export class WorkspaceForm extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    choice: { state: true },
    named: { state: true },
    tools: { state: true },
    failure: { state: true },
    busy: { state: true },
  };
  declare choice: Choice;
  declare named: string;
  declare tools: readonly ToolChoice[];
  declare failure: unknown;
  declare busy: boolean;
  #remembered: Remembered<Choice> | null = null;
  #toolsOf = '';

  readonly #offer = new Resource<Offer>(this, {
    app: () => this.app,
    load: async (signal) => {
      const { projects, environments, tiers } = this.app.client;
      const lists = [
        projects.list({}, { signal }),
        environments.list(undefined, { signal }),
        tiers.list(undefined, { signal }),
      ] as const;
      const [mine, all, offered] = await Promise.all(lists);
      return { projects: mine, environments: all.filter(({ current }) => current !== null), tiers: offered };
    },
    isStale: (message) => isOf(message, ['project.', 'environment.', 'catalog.']),
    pace: 1000,
    onValue: (offer) => this.#settle(offer),
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; margin-bottom: 20px; padding: 16px; border: 1px solid var(--fw-line); border-radius: 6px; }
      form { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 12px 16px; }
      label { display: flex; flex-direction: column; gap: 4px; min-width: 0; }
      label span { font-weight: 600; }
      select, .field { width: 100%; }
      footer { grid-column: 1 / -1; display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }
      footer .dim { flex: 1; min-width: 180px; }
      .problem { grid-column: 1 / -1; }
    `,
  ];

  constructor() {
    super();
    this.choice = first;
    this.named = '';
    this.tools = [];
    this.failure = undefined;
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#remembered = remember<Choice>(this.app.client, 'workspace', first);
    void this.#remembered.read().then((choice) => {
      this.choice = { ...first, ...choice };
      if (this.#offer.value) this.#settle(this.#offer.value);
    });
  }

  override render() {
    const offer = this.#offer.value;
    if (!offer) {
      return this.#offer.failure === undefined
        ? skeleton(3)
        : failedState(this.#offer.failure, () => this.#offer.reset());
    }
    return html`<form @submit=${(event: Event) => event.preventDefault()}>
      ${this.#select(
        'Project',
        'projectId',
        offer.projects.map(({ id, name }) => ({ value: id, text: spellOut(name) })),
      )}
      ${this.#select(
        'Environment',
        'environmentId',
        offer.environments.map(({ id, name }) => ({ value: id, text: spellOut(name) })),
      )}
      ${this.#select(
        'Tool',
        'tool',
        this.tools.map(({ name, title }) => ({ value: name, text: spellOut(title) })),
      )}
      ${this.#select(
        'Hardware tier',
        'tierId',
        offer.tiers.tiers.map((tier) => ({
          value: tier.id,
          text: `${spellOut(tier.name)} · ${formatMoney(tier.pricePerHour, offer.tiers.currency)} an hour`,
        })),
      )}
      ${this.#select('Stopped when idle', 'idleMinutes', idles)}
      <label><span>Name</span><input class="field" maxlength="200" placeholder="Chosen for you" .value=${this.named} @input=${(
        event: Event,
      ) => {
        this.named = (event.target as HTMLInputElement).value;
      }} /></label>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      <footer><span class="dim">${this.#hint(offer)}</span>
        ${button({ label: 'Cancel', onClick: () => this.#end(null) })}
        ${button({ label: this.busy ? 'Starting…' : 'Start workspace', primary: true, disabled: this.busy || !this.#isWhole(), onClick: () => void this.#make() })}
      </footer>
    </form>`;
  }

  #select(label: string, field: keyof Choice, options: readonly { readonly value: string; readonly text: string }[]) {
    const onChange = (value: string) => this.#set({ [field]: value });
    return html`<label><span>${label}</span>${dropdown({ label, value: this.choice[field], options, onChange, disabled: options.length === 0 })}</label>`;
  }

  #hint({ projects, tiers }: Offer) {
    if (projects.length === 0) return 'There is no project yet: make one first.';
    const tier = tiers.tiers.find(({ id }) => id === this.choice.tierId);
    if (tier?.problem) return `This tier cannot be used now: ${tier.problem}`;
    const has = this.tools.some(({ name }) => name === 'jupyter');
    return has
      ? 'Its folder begins with the newest code of the project, and outlives every stop.'
      : 'JupyterLab is offered by environments that have jupyterlab among their packages.';
  }

  #isWhole(): boolean {
    const { projectId, environmentId, tool, tierId } = this.choice;
    return [projectId, environmentId, tool, tierId].every((part) => part !== '');
  }

  /** What is remembered may be gone: then the first that is there. */
  #settle({ projects, environments, tiers }: Offer): void {
    const kept = (wanted: string, ids: readonly string[]) => (ids.includes(wanted) ? wanted : (ids[0] ?? ''));
    const { choice } = this;
    const tierIds = tiers.tiers.map(({ id }) => id);
    this.#set({
      projectId: kept(
        choice.projectId,
        projects.map(({ id }) => id),
      ),
      environmentId: kept(
        choice.environmentId || (tiers.defaultEnvironmentId ?? ''),
        environments.map(({ id }) => id),
      ),
      tierId: kept(choice.tierId || (tiers.defaultTierId ?? ''), tierIds),
    });
  }

  #set(change: Partial<Choice>): void {
    this.choice = { ...this.choice, ...change };
    this.#remembered?.write(this.choice);
    if (this.choice.environmentId !== this.#toolsOf) void this.#readTools(this.choice.environmentId);
  }

  async #readTools(environmentId: string): Promise<void> {
    this.#toolsOf = environmentId;
    if (environmentId === '') return;
    try {
      const tools = await this.app.client.workspaces.tools({ environmentId });
      if (environmentId !== this.#toolsOf) return;
      this.tools = tools;
      if (!tools.some(({ name }) => name === this.choice.tool)) this.#set({ tool: tools[0]?.name ?? '' });
    } catch (error) {
      this.failure = error;
    }
  }

  async #make(): Promise<void> {
    const { projectId, environmentId, tool, tierId, idleMinutes } = this.choice;
    const name = this.named.trim();
    this.busy = true;
    this.failure = undefined;
    try {
      const idle = idleMinutes === '' ? null : Number(idleMinutes);
      const wanted = { projectId, environmentId, tool, tierId, idleMinutes: idle, ...(name !== '' && { name }) };
      this.#end(await this.app.client.workspaces.create(wanted));
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }

  #end(made: Workspace | null): void {
    this.dispatchEvent(new CustomEvent<Workspace | null>('end', { detail: made }));
  }
}

customElements.define('fw-workspace-form', WorkspaceForm);
