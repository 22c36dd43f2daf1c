/** Chooses an environment, shows whether it is built and why not, makes a new one from requirements. */
import { css, html, nothing } from 'lit';
import type { Environment, EnvironmentRevision } from '../../../protocol/model/environment.ts';
import { dockerNeed } from '../../../protocol/model/environmentNeeds.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, dropdown, textArea, textField } from '../../ui/controls.ts';
import { formatAgo, formatBytes, formatDuration, plural } from '../../ui/format.ts';
import { type IconName, icon } from '../../ui/icon.ts';
import { marked, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { slugOf } from './launchForm.ts';

type Draft = { readonly name: string; readonly requirements: string };
const newOne = '\u0000new';

export class EnvironmentPicker extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    selected: {},
    draft: { state: true },
    busy: { state: true },
    failure: { state: true },
  };
  declare selected: string;
  declare draft: Draft | null;
  declare busy: boolean;
  declare failure: unknown;

  readonly #environments = new Resource<readonly Environment[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.environments.list(undefined, { signal }),
    isStale: (message) => isOf(message, ['environment.']),
    onValue: (list) => {
      if (!list.some((one) => one.id === this.selected)) this.#choose(list[0]?.id ?? '');
    },
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; }
      .build { display: flex; gap: 6px; margin-top: 5px; color: var(--fw-dim); font-size: 12px; overflow-wrap: anywhere; }
      .build svg.icon { width: 14px; height: 18px; }
      .build.ready svg { color: var(--fw-good); }
      .build.warn svg { color: var(--fw-warn); }
      .build.failed { color: var(--vscode-errorForeground); }
      .draft { display: flex; flex-direction: column; gap: 8px; margin-top: 8px; padding: 10px; border: 1px solid var(--fw-edge); border-radius: 4px; }
      .draft vscode-text-field, .draft vscode-text-area { width: 100%; }
      .build.failed + vscode-button { margin-top: 6px; }
      .problem { font-size: 12px; }
    `,
  ];

  constructor() {
    super();
    this.selected = '';
    this.draft = null;
    this.busy = false;
    this.failure = undefined;
  }

  override render() {
    const list = this.#environments.value;
    if (!list)
      return this.#environments.failure === undefined
        ? html`<select disabled aria-label="Environment"><option>Loading…</option></select>`
        : problem(this.#environments.failure);
    const chosen = list.find((one) => one.id === this.selected);
    return html`
      ${dropdown({
        label: 'Environment',
        value: this.draft ? newOne : this.selected,
        options: [
          ...list.map((one) => ({ value: one.id, text: optionText(one) })),
          { value: newOne, text: 'New from requirements…' },
        ],
        onChange: (value) => (value === newOne ? this.#begin() : this.#choose(value)),
      })}
      ${this.draft ? this.#form(this.draft) : chosen ? this.#chosen(chosen) : nothing}
    `;
  }

  #chosen(environment: Environment) {
    const { current } = environment;
    if (current === null) return line('error', 'All its revisions are retired: it cannot be launched', 'failed');
    return html`${this.#build(current)}${factLines(current)}`;
  }

  #build(revision: EnvironmentRevision) {
    const { build, runs, definition } = revision;
    const used = runs > 0 ? `, used by ${plural(runs, 'run')}` : '';
    if (definition.kind === 'system') return line('info', `The server's own tools${used}`, 'ready');
    const need = dockerNeed(definition);
    if (need !== null) return line('warning', `Needs a Docker host: ${need}`, 'warn');
    if (build.state === 'ready')
      return line('check', `Built${build.endedAt ? ` ${formatAgo(build.endedAt)}` : ''}${used}`, 'ready');
    if (build.state === 'building') return line('turning', 'Is being built; a launch waits for it', 'building');
    if (build.state === 'never') return line('clock', 'Not built yet: the first launch builds it', 'never');
    return html`${line('error', build.error ?? 'The build failed', 'failed')}
      ${button({ label: 'Build again', disabled: this.busy, onClick: () => void this.#rebuild(revision) })}`;
  }

  #form(draft: Draft) {
    const id = slugOf(draft.name);
    return html`<div class="draft">
      ${textField({
        label: 'Name',
        value: draft.name,
        placeholder: 'vision',
        onInput: (name) => {
          this.draft = { ...draft, name };
        },
      })}
      ${textArea({
        label: 'Requirements',
        rows: 4,
        value: draft.requirements,
        placeholder: 'scikit-learn==1.7.2\nmlflow-skinny',
        onInput: (requirements) => {
          this.draft = { ...draft, requirements };
        },
      })}
      ${this.failure === undefined ? nothing : problem(this.failure)}
      <div class="row">
        ${button({ label: this.busy ? 'Creating…' : 'Create', primary: true, disabled: this.busy || id === '' || draft.requirements.trim() === '', onClick: () => void this.#create(id, draft) })}
        ${button({
          label: 'Cancel',
          onClick: () => {
            this.draft = null;
          },
        })}
      </div>
    </div>`;
  }

  #begin(): void {
    this.failure = undefined;
    this.draft = { name: '', requirements: '' };
  }

  #choose(id: string): void {
    this.draft = null;
    this.selected = id;
    this.dispatchEvent(new CustomEvent<string>('choose', { detail: id }));
  }

  async #create(id: string, draft: Draft): Promise<void> {
    await this.#act(async () => {
      const definition = { kind: 'python' as const, requirements: draft.requirements, python: 'python3' };
      const made = await this.app.client.environments.create({ id, name: draft.name.trim(), definition });
      this.#choose(made.id);
      void this.app.client.environments
        .build({ environmentId: made.id, revision: made.latest.revision })
        .catch(() => {});
    });
  }

  async #rebuild({ environmentId, revision }: EnvironmentRevision): Promise<void> {
    await this.#act(() => this.app.client.environments.build({ environmentId, revision }));
  }

  async #act(work: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.failure = undefined;
    try {
      await work();
      this.#environments.refresh();
    } catch (error) {
      this.failure = error;
    }
    this.busy = false;
  }
}

function optionText({ name, current, latest }: Environment): string {
  const { revision, state } = current ?? latest;
  return `${spellOut(name)} (r${revision}${state === 'active' ? '' : `, ${state}`})`;
}

/** What it offers, what it takes, and a warning where it is on its way out. */
function factLines({ traits, build, startMs, state, stateReason }: EnvironmentRevision) {
  const python = build.python ? [`Python ${build.python}`] : traits.languages;
  const offers = [...python, ...traits.tools.slice(0, 5), ...(traits.gpu ? ['GPU'] : [])].join(', ');
  const takes = [
    ...(build.bytes === null ? [] : [formatBytes(build.bytes)]),
    ...(startMs === null ? [] : [`starts in ${formatDuration(startMs)}`]),
  ].join(', ');
  return html`
    ${offers === '' ? nothing : line('tag', offers, 'facts')}
    ${takes === '' ? nothing : line('clock', takes.charAt(0).toUpperCase() + takes.slice(1), 'facts')}
    ${state === 'deprecated' ? line('warning', `Deprecated${stateReason === '' ? '' : `: ${stateReason}`}`, 'warn') : nothing}`;
}

function line(name: IconName, text: string, state: string) {
  return html`<div class="build ${state}">${icon(name)}<span>${marked(text)}</span></div>`;
}

customElements.define('fw-environment-picker', EnvironmentPicker);
