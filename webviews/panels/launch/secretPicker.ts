/** Which secrets the run is given: those of the project and one's own, by name. Holds none: each change is an event. */
import { css, html, nothing } from 'lit';
import type { Secret, SecretChoice } from '../../../protocol/model/secret.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { checkbox } from '../../ui/controls.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { base } from '../../ui/styles.ts';

type Offered = { readonly project: readonly Secret[]; readonly own: readonly Secret[] };

export class SecretPicker extends PanelPart {
  static override properties = { ...PanelPart.properties, projectId: {}, chosen: { attribute: false } };
  declare projectId: string;
  declare chosen: readonly SecretChoice[];
  #asked = '';

  static override styles = [
    base,
    css`
      :host { display: block; }
      .one { display: flex; align-items: center; gap: 6px; min-height: 26px; }
      .one select { width: auto; margin-inline-start: auto; height: 22px; }
      .hint { color: var(--fw-dim); font-size: 12px; }
      .whose { color: var(--fw-dim); font-size: 12px; }
    `,
  ];

  readonly #offered = new Resource<Offered>(this, {
    app: () => this.app,
    load: (signal) => (this.projectId === '' ? undefined : this.#load(signal)),
    isStale: (message) => isOf(message, ['secret.']),
    pace: 300,
  });

  constructor() {
    super();
    this.projectId = '';
    this.chosen = [];
  }

  override willUpdate(): void {
    if (this.projectId === this.#asked) return;
    this.#asked = this.projectId;
    this.#offered.reset();
  }

  override render() {
    const offered = this.#offered.value;
    if (!offered) return nothing;
    const names = new Set(offered.project.map(({ name }) => name));
    // A job has one variable of a name: the project's goes first.
    const own = offered.own.filter(({ name }) => !names.has(name));
    return html`
      ${offered.project.map((secret) => this.#one(secret, 'project'))}
      ${own.map((secret) => this.#one(secret, 'own'))}
      <button class="plain hint" @click=${() => void this.app.client.host.open({ panel: 'governance', tab: 'secrets', projectId: this.projectId })}>${names.size + own.length === 0 ? 'Add a secret' : 'Manage secrets'}</button>`;
  }

  #one({ name }: Secret, from: SecretChoice['from']) {
    const choice = this.chosen.find((one) => one.name === name && one.from === from);
    return html`<div class="one">
      ${checkbox({ label: name, checked: choice !== undefined, onChange: (on) => this.#set(name, on ? { name, from, as: 'variable' } : null) })}
      ${from === 'own' ? html`<span class="whose">yours</span>` : nothing}
      ${
        choice === undefined
          ? nothing
          : html`<select aria-label="How the run gets ${name}" @change=${(event: Event) => this.#set(name, { ...choice, as: (event.target as HTMLSelectElement).value as SecretChoice['as'] })}>
        <option value="variable" .selected=${choice.as === 'variable'}>as a variable</option>
        <option value="file" .selected=${choice.as === 'file'}>as a file</option>
      </select>`
      }
    </div>`;
  }

  async #load(signal: AbortSignal): Promise<Offered> {
    const { secrets } = this.app.client;
    const [project, own] = await Promise.all([
      secrets.list({ projectId: this.projectId }, { signal }),
      secrets.listOwn(undefined, { signal }),
    ]);
    this.#forget(project, own);
    return { project, own };
  }

  /** What was remembered and is no longer there cannot be launched with. */
  #forget(project: readonly Secret[], own: readonly Secret[]): void {
    const there = { project, own };
    const kept = this.chosen.filter(({ name, from }) => there[from].some((secret) => secret.name === name));
    if (kept.length < this.chosen.length) this.#tell(kept);
  }

  #set(name: string, choice: SecretChoice | null): void {
    const others = this.chosen.filter((one) => one.name !== name);
    this.#tell(choice === null ? others : [...others, choice]);
  }

  #tell(chosen: readonly SecretChoice[]): void {
    this.dispatchEvent(new CustomEvent<readonly SecretChoice[]>('choose', { detail: chosen }));
  }
}

customElements.define('fw-secret-picker', SecretPicker);
