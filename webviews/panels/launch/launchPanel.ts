/**
 * Launches a run from the sidebar: folder, project, command, parameters,
 * environment, hardware tier, with the price before the click. Remembers the
 * last choice of each project. The host takes the snapshot; nothing is launched here.
 */
import { html, nothing } from 'lit';
import type { Project } from '../../../protocol/model/project.ts';
import type { TierList } from '../../../protocol/model/tier.ts';
import type { LaunchFolder } from '../../../protocol/panel.ts';
import { remember } from '../../state/remembered.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, dropdown, textField } from '../../ui/controls.ts';
import { formatMoney } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { marked, name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { failedState, offlineBanner, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import './environmentPicker.ts';
import {
  choiceOf,
  choiceOfRun,
  commandFor,
  emptyForm,
  type LaunchForm,
  missing,
  type RememberedChoice,
  requestOf,
} from './launchForm.ts';
import { LaunchInFlight } from './launchInFlight.ts';
import { launchStyles } from './launchStyles.ts';
import { LikelyCost } from './likelyCost.ts';
import { likelyWords } from './likelyWords.ts';
import { launchElsewhere, noFolder } from './nothingToLaunch.ts';
import { overBudget } from './overBudget.ts';
import './parameterRows.ts';
import './projectPicker.ts';
import './secretPicker.ts';
import './tierCards.ts';

const noChoice: RememberedChoice = { command: '', parameters: [], environmentId: '', tierId: '', secrets: [] };

export class LaunchPanel extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    form: { state: true },
    canLaunch: { state: true },
    more: { state: true },
  };
  declare form: LaunchForm;
  declare canLaunch: boolean | null;
  declare more: boolean;
  #stop = () => {};
  #appliedPlace = '';
  readonly #flight = new LaunchInFlight(() => this.requestUpdate());
  readonly #likely = new LikelyCost(this, () => this.form);

  readonly #folders = new Resource<readonly LaunchFolder[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.host.folders(undefined, { signal }),
    isStale: () => false,
    onValue: (folders) => this.#settle(folders),
  });
  readonly #projects = new Resource<readonly Project[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.projects.list({}, { signal }),
    isStale: (message) => isOf(message, ['project.']),
    onValue: () => this.#settle(this.#folders.value ?? []),
  });
  readonly #tiers = new Resource<TierList>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.tiers.list(undefined, { signal }),
    isStale: (message) => isOf(message, ['catalog.', 'run.state-changed', 'run.created']),
    pace: 500,
    onValue: (tiers) => this.#settleTier(tiers),
  });

  static override styles = [base, stateStyles, launchStyles];

  constructor() {
    super();
    this.form = emptyForm;
    this.canLaunch = null;
    this.more = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.app.connection.onChange(() => {
      this.requestUpdate();
      this.#settle(this.#folders.value ?? []);
    });
    this.app.client.host.capabilities().then(
      ({ launch }) => {
        this.canLaunch = launch;
      },
      () => {},
    );
    window.addEventListener('focus', this.#refreshFolders);
  }

  override disconnectedCallback(): void {
    this.#stop();
    window.removeEventListener('focus', this.#refreshFolders);
    super.disconnectedCallback();
  }

  override updated(): void {
    this.#likely.follow();
  }

  /** Files come and go while the person edits. */
  readonly #refreshFolders = () => this.#folders.refresh();

  override render() {
    if (this.canLaunch === false) return launchElsewhere();
    const banner = offlineBanner(this.app.connection, () => void this.app.client.host.connect());
    const failure = this.#projects.failure ?? this.#tiers.failure ?? this.#folders.failure;
    const ready = this.#folders.value && this.#projects.value && this.#tiers.value;
    if (!ready)
      return html`${banner}${failure === undefined ? skeleton(9) : failedState(failure, () => this.#retry())}`;
    if (this.#folders.value?.length === 0) return html`${banner}${noFolder()}`;
    return html`${banner}<div class="form">${this.#fields()}</div>${this.#foot()}`;
  }

  #fields() {
    const { form } = this;
    const folders = this.#folders.value ?? [];
    const folder = folders.find((one) => one.id === form.folderId);
    return html`
      ${folders.length > 1 ? html`<section><h2>Folder</h2>${dropdown({ label: 'Folder', value: form.folderId, options: folders.map((one) => ({ value: one.id, text: spellOut(one.name) })), onChange: (id) => this.#chooseFolder(id) })}</section>` : nothing}
      <section>
        <h2>Project</h2>
        <fw-project-picker .app=${this.app} .projects=${this.#projects.value ?? []} .selected=${form.projectId} .proposal=${folder?.name ?? ''}
          @created=${() => this.#projects.refresh()} @choose=${(event: CustomEvent<string>) => void this.#chooseProject(event.detail)}></fw-project-picker>
      </section>
      <section>
        <h2>Command</h2>
        ${this.#command(folder)}
      </section>
      <section>
        <h2>Parameters</h2>
        <fw-parameter-rows .rows=${form.parameters} @rows=${(event: CustomEvent<LaunchForm['parameters']>) => this.#set({ parameters: event.detail })}></fw-parameter-rows>
      </section>
      <section>
        <h2>Environment</h2>
        <fw-environment-picker .app=${this.app} .selected=${form.environmentId} @choose=${(event: CustomEvent<string>) => this.#set({ environmentId: event.detail })}></fw-environment-picker>
      </section>
      <section>
        <h2>Hardware tier</h2>
        ${this.#tierSection()}
      </section>
      <section>
        <h2>Secrets</h2>
        <fw-secret-picker .app=${this.app} .projectId=${form.projectId} .chosen=${form.secrets} @choose=${(event: CustomEvent<LaunchForm['secrets']>) => this.#set({ secrets: event.detail })}></fw-secret-picker>
      </section>
      <section>
        <h2>Name <span class="optional">(optional)</span></h2>
        ${textField({ label: 'Name of the run', hideLabel: true, placeholder: 'Made up for you', value: form.name, onInput: (name) => this.#set({ name }) })}
      </section>
    `;
  }

  #command(folder: LaunchFolder | undefined) {
    const scripts = folder?.scripts ?? [];
    const offered = scripts.filter((script) => commandFor(script) !== this.form.command).slice(0, 4);
    return html`
      <input class="field mono" list="commands" aria-label="Command" placeholder="python3 train.py" spellcheck="false" autocomplete="off"
        .value=${this.form.command} @input=${(event: Event) => this.#set({ command: (event.target as HTMLInputElement).value })} />
      <datalist id="commands">${scripts.map((script) => html`<option value=${commandFor(script)}></option>`)}</datalist>
      ${offered.length > 0 ? html`<div class="offers">${offered.map((script) => html`<button class="plain offer mono" title="Run ${spellOut(script)}" @click=${() => this.#set({ command: commandFor(script) })}><span class="cut">${name(script)}</span></button>`)}</div>` : nothing}
      <p class="hint">Parameters are appended as <span class="mono">--name value</span>, or put where <span class="mono">{name}</span> stands.</p>
    `;
  }

  #tierSection() {
    const tiers = this.#tiers.value;
    if (!tiers) return nothing;
    return html`
      ${tiers.catalogProblem ? html`<p class="hint error">${icon('warning')} ${marked(tiers.catalogProblem)}</p>` : nothing}
      ${tiers.tiers.length === 0 ? html`<p class="hint">No tier is offered to you. An administrator adds them in catalog.json.</p>` : html`<fw-tier-cards .tiers=${tiers} .selected=${this.form.tierId} @choose=${(event: CustomEvent<string>) => this.#set({ tierId: event.detail })}></fw-tier-cards>`}
    `;
  }

  #foot() {
    const flight = this.#flight;
    if (flight.flying) {
      return html`<footer><div class="steps" role="status">${flight.steps.map((step, at) => html`<div class="row">${icon(at === flight.steps.length - 1 ? 'turning' : 'check')}<span class="cut">${marked(step)}</span></div>`)}</div>
        ${button({ label: 'Cancel', onClick: () => flight.cancel() })}</footer>`;
    }
    const lacks = missing(this.form) ?? (this.app.connection.ready ? null : 'Not connected');
    return html`<footer>
      ${flight.failure === undefined ? nothing : problem(flight.failure)}
      <p class="price">${lacks ?? this.#price()}</p>
      ${lacks === null && this.#likely.estimate ? html`<p class="likely">${likelyWords(this.#likely.estimate) ?? nothing}</p>` : nothing}
      ${lacks === null ? overBudget(this.#likely.estimate) : nothing}
      ${button({ label: 'Launch', primary: true, icon: 'play', disabled: lacks !== null, onClick: () => void this.#launch() })}
      ${button({ label: 'Sweep…', disabled: lacks !== null, title: 'Try many values of these parameters: writes a sweep.yaml to start from', onClick: () => void this.app.client.host.newSweep(requestOf(this.form, crypto.randomUUID())) })}
    </footer>`;
  }

  #price(): string {
    const tiers = this.#tiers.value;
    const tier = tiers?.tiers.find((one) => one.id === this.form.tierId);
    if (!tiers || !tier) return '';
    if (tier.pricePerHour === 0) return 'Costs nothing';
    const most =
      tier.maxMinutes === null
        ? ''
        : `, at most ${formatMoney((tier.pricePerHour * tier.maxMinutes) / 60, tiers.currency)}`;
    return `${formatMoney(tier.pricePerHour, tiers.currency)} an hour${most}`;
  }

  async #launch(): Promise<void> {
    const run = await this.#flight.start(this.app, requestOf(this.form, crypto.randomUUID()));
    if (!run) return;
    this.#memory(this.form.projectId).write(choiceOf(this.form));
    this.#set({ name: '' });
    await this.app.client.host.open({ panel: 'run', runId: run.id });
  }

  #set(change: Partial<LaunchForm>): void {
    this.form = { ...this.form, ...change };
  }

  #memory(projectId: string) {
    return remember<RememberedChoice>(this.app.client, `launch.${projectId}`, noChoice);
  }

  /** Chooses what is still open, once folders and projects are known; follows the place that the host names. */
  #settle(folders: readonly LaunchFolder[]): void {
    const { place } = this.app;
    const asked = JSON.stringify(place);
    const moved =
      place.panel === 'launch' &&
      asked !== this.#appliedPlace &&
      folders.length > 0 &&
      this.#projects.value !== undefined;
    if (moved) {
      this.#appliedPlace = asked;
      this.#chooseFolder(place.folderId ?? (this.form.folderId || (folders[0]?.id ?? '')), place.projectId);
      if (place.script) this.#set({ command: commandFor(place.script) });
      if (place.cloneOf) void this.#clone(place.cloneOf);
    }
  }

  async #clone(runId: string): Promise<void> {
    const run = await this.app.client.runs.get({ runId });
    await this.#chooseProject(run.projectId);
    this.#set(choiceOfRun(run));
  }

  #chooseFolder(folderId: string, projectId?: string): void {
    this.#set({ folderId });
    const folder = this.#folders.value?.find((one) => one.id === folderId);
    const known = this.#projects.value ?? [];
    const wanted = [projectId, folder?.projectId, this.form.projectId].find((id) =>
      known.some((project) => project.id === id),
    );
    void this.#chooseProject(wanted ?? '');
    const first = folder?.scripts[0];
    if (this.form.command === '' && first) this.#set({ command: commandFor(first) });
  }

  async #chooseProject(projectId: string): Promise<void> {
    this.#set({ projectId });
    if (projectId === '') return;
    const last = await this.#memory(projectId).read();
    if (this.form.projectId !== projectId) return;
    const place = this.app.place;
    const pointedAt = place.panel === 'launch' && place.script ? commandFor(place.script) : '';
    this.#set({
      command: pointedAt || last.command || this.form.command,
      parameters: last.parameters,
      environmentId: last.environmentId || this.form.environmentId || (this.#tiers.value?.defaultEnvironmentId ?? ''),
      tierId: last.tierId || this.form.tierId,
      secrets: last.secrets ?? [],
    });
    if (this.#tiers.value) this.#settleTier(this.#tiers.value);
  }

  #settleTier(tiers: TierList): void {
    const usable = tiers.tiers.filter((tier) => tier.available);
    if (usable.some((tier) => tier.id === this.form.tierId)) return;
    this.#set({ tierId: (usable.find((tier) => tier.id === tiers.defaultTierId) ?? usable[0])?.id ?? '' });
    if (this.form.environmentId === '' && tiers.defaultEnvironmentId)
      this.#set({ environmentId: tiers.defaultEnvironmentId });
  }

  #retry(): void {
    this.#folders.reset();
    this.#projects.reset();
    this.#tiers.reset();
  }
}

customElements.define('fw-launch-panel', LaunchPanel);
