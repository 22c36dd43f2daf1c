/** One environment: a chosen revision with its state and what can be done with it, in tabs. */
import { css, html, nothing } from 'lit';
import type { Environment, EnvironmentRevision, RevisionState } from '../../../protocol/model/environment.ts';
import { packagesOf } from '../../../protocol/model/packageLock.ts';
import { Resource } from '../../state/resource.ts';
import { isOf } from '../../state/stale.ts';
import { button, dropdown } from '../../ui/controls.ts';
import { describeFailure } from '../../ui/failure.ts';
import { markdown, markdownStyles } from '../../ui/markdown.ts';
import { type MenuItem, openMenu } from '../../ui/menu.ts';
import { name } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import type { Tab } from '../../ui/tabs.ts';
import '../../ui/tabs.ts';
import type { ToastText } from '../../ui/toast.ts';
import './buildLog.ts';
import './compareTab.ts';
import './definitionTab.ts';
import { environmentStyles } from './environmentsStyles.ts';
import './packagesTab.ts';
import { stateSign } from './parts.ts';
import './revisionTab.ts';
import { stateWord } from './words.ts';

export class EnvironmentDetail extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    environment: { attribute: false },
    asked: {},
    chosen: { state: true },
    tab: { state: true },
    failure: { state: true },
  };
  declare environment: Environment;
  /** The revision that the place names. */
  declare asked: number | null;
  declare chosen: number | null;
  declare tab: string;
  declare failure: unknown;

  readonly #revisions = new Resource<readonly EnvironmentRevision[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.environments.revisions({ environmentId: this.environment.id }, { signal }),
    isStale: (message) => isOf(message, ['environment.', 'run.created', 'run.state-changed']),
    pace: 400,
  });

  static override styles = [
    base,
    stateStyles,
    environmentStyles,
    markdownStyles,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; }
      header { padding: 12px 16px 8px; display: flex; flex-direction: column; gap: 8px; }
      header h1 { font-size: 18px; font-weight: 600; line-height: 24px; }
      .actions { flex-wrap: wrap; }
      .actions select { width: auto; max-width: 220px; }
      .content { flex: 1; min-height: 0; overflow: auto; }
      .content.fill { display: flex; flex-direction: column; overflow: hidden; }
      .content.fill > * { flex: 1; min-height: 0; }
    `,
  ];

  constructor() {
    super();
    this.asked = null;
    this.chosen = null;
    this.tab = 'revision';
    this.failure = undefined;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get('environment') as Environment | undefined;
    if (before && before.id !== this.environment.id) {
      this.chosen = null;
      this.failure = undefined;
      this.#revisions.reset();
    }
    if (changed.has('asked') && this.asked !== null) this.chosen = this.asked;
  }

  override render() {
    const { environment } = this;
    const all = this.#revisions.value;
    if (!all)
      return this.#revisions.failure === undefined
        ? skeleton(8)
        : failedState(this.#revisions.failure, () => this.#revisions.reset());
    const number = this.chosen ?? (environment.current ?? environment.latest).revision;
    const revision = all.find((each) => each.revision === number) ?? all[0];
    return revision ? this.#shown(all, revision) : nothing;
  }

  #shown(all: readonly EnvironmentRevision[], revision: EnvironmentRevision) {
    const { environment } = this;
    return html`
      <header>
        <div class="row"><h1 class="cut">${name(environment.name)}</h1><span class="dim mono">${environment.id}</span></div>
        ${environment.description === '' ? nothing : markdown(environment.description)}
        ${this.#actions(all, revision)}
        ${this.failure === undefined ? nothing : problem(this.failure)}
      </header>
      <fw-tabs .tabs=${tabsOf(revision, all)} .selected=${this.tab} @select=${(event: CustomEvent<string>) => {
        this.tab = event.detail;
      }}></fw-tabs>
      <div class="content ${this.tab === 'packages' || this.tab === 'log' ? 'fill' : ''}" role="tabpanel" aria-label=${this.tab}>${this.#content(all, revision)}</div>`;
  }

  #actions(all: readonly EnvironmentRevision[], revision: EnvironmentRevision) {
    const { environment } = this;
    const isDefault = environment.current?.revision === revision.revision;
    const isSystem = revision.definition.kind === 'system';
    const busy = revision.build.state === 'building' || revision.check?.state === 'running';
    return html`<div class="row actions">
      ${dropdown({
        label: 'Revision',
        value: String(revision.revision),
        options: all.map((each) => ({ value: String(each.revision), text: optionText(each) })),
        onChange: (value) => {
          this.chosen = Number(value);
        },
      })}
      ${stateSign(revision.state)}
      ${isDefault ? html`<span class="sign default" title="What a launch takes that names no revision">${environment.defaultRevision === null ? 'Newest' : 'Default'}</span>` : nothing}
      <span class="grow"></span>
      ${
        isSystem
          ? nothing
          : html`${button({ label: 'New revision', primary: true, icon: 'edit', onClick: () => this.dispatchEvent(new CustomEvent('edit')) })}
      ${busy ? button({ label: 'Cancel build', icon: 'stop', onClick: () => void this.#do(() => this.app.client.environments.cancelBuild(this.#ref(revision))) }) : this.#buildButton(revision)}
      ${button({ label: 'More', icon: 'down', onClick: () => this.#menu(revision) })}`
      }
    </div>`;
  }

  #buildButton(revision: EnvironmentRevision) {
    const { environments } = this.app.client;
    const built = revision.build.state === 'ready';
    return built
      ? button({
          label: 'Does it still build?',
          icon: 'restore',
          title: 'Builds it anew beside the build in use',
          onClick: () => void this.#do(() => environments.check(this.#ref(revision))),
        })
      : button({
          label: 'Build',
          icon: 'play',
          onClick: () => void this.#do(() => environments.build(this.#ref(revision))),
        });
  }

  #menu(revision: EnvironmentRevision): void {
    const { environment } = this;
    const to = (state: RevisionState, label: string): MenuItem => ({
      label,
      disabled: revision.state === state,
      run: () => void this.#setState(revision, state),
    });
    const pinned = environment.defaultRevision === revision.revision;
    const items: MenuItem[] = [
      {
        label: 'Default for launches',
        checked: pinned,
        run: () => void this.#setDefault(pinned ? null : revision.revision),
      },
      { title: 'State' },
      to('active', 'Use'),
      to('deprecated', 'Deprecate: launches are warned'),
      to('retired', 'Retire: cannot be launched'),
      { title: 'Take away' },
      {
        label: 'Export as .devcontainer folder',
        icon: 'download',
        run: () => void this.#do(() => this.#export(revision)),
      },
      {
        label: 'Save lock file',
        icon: 'download',
        disabled: !revision.build.lock,
        run: () => void this.#do(() => this.#saveLock(revision)),
      },
    ];
    const more = [...this.renderRoot.querySelectorAll('.actions vscode-button')].at(-1);
    if (more) openMenu('More', items, more.getBoundingClientRect());
  }

  #content(all: readonly EnvironmentRevision[], revision: EnvironmentRevision) {
    const { app, environment } = this;
    switch (this.tab) {
      case 'packages':
        return html`<fw-packages-tab .revision=${revision}></fw-packages-tab>`;
      case 'definition':
        return html`<fw-definition-tab .app=${app} .environment=${environment} .revision=${revision}></fw-definition-tab>`;
      case 'log':
        return html`<fw-build-log .app=${app} .revision=${revision}></fw-build-log>`;
      case 'compare':
        return html`<fw-compare-tab .app=${app} .all=${all} .revision=${revision}></fw-compare-tab>`;
      default:
        return html`<fw-revision-tab .app=${app} .all=${all} .revision=${revision} .environment=${environment} @choose=${(
          event: CustomEvent<number>,
        ) => {
          this.chosen = event.detail;
        }}></fw-revision-tab>`;
    }
  }

  readonly #ref = ({ environmentId, revision }: EnvironmentRevision) => ({ environmentId, revision });

  async #setState(revision: EnvironmentRevision, state: RevisionState): Promise<void> {
    const { environments } = this.app.client;
    const { state: before, stateReason: reason } = revision;
    // It may stop being what a launch takes, and must not slip away from under the person's hand.
    this.chosen = revision.revision;
    const ref = this.#ref(revision);
    const isDone = await this.#do(() => environments.setState({ ...ref, state }));
    if (!isDone) return;
    const undo = () => void this.#do(() => environments.setState({ ...ref, state: before, reason }));
    this.#toast({
      text: `Revision ${revision.revision} is ${stateWord(state).toLowerCase()} now.`,
      action: { label: 'Undo', run: undo },
    });
  }

  async #setDefault(defaultRevision: number | null): Promise<void> {
    const { id: environmentId, defaultRevision: before } = this.environment;
    const { environments } = this.app.client;
    const isDone = await this.#do(() => environments.update({ environmentId, defaultRevision }));
    if (!isDone) return;
    const undo = () => void this.#do(() => environments.update({ environmentId, defaultRevision: before }));
    const text =
      defaultRevision === null
        ? 'Launches take the newest active revision.'
        : `Launches take revision ${defaultRevision}.`;
    this.#toast({ text, action: { label: 'Undo', run: undo } });
  }

  async #export(revision: EnvironmentRevision): Promise<void> {
    const files = await this.app.client.environments.files(this.#ref(revision));
    await this.app.client.host.save({ kind: 'files', name: `${revision.environmentId}-r${revision.revision}`, files });
  }

  async #saveLock({ environmentId, revision, build }: EnvironmentRevision): Promise<void> {
    const python = build.python ? `# Python ${build.python}\n` : '';
    const name = `${environmentId}-r${revision}.lock.txt`;
    await this.app.client.host.save({ kind: 'text', name, text: `${python}${build.lock ?? ''}\n` });
  }

  #toast(toast: ToastText): void {
    this.dispatchEvent(new CustomEvent('toast', { detail: toast }));
  }

  /** Answers whether it went well; what did not is shown. */
  async #do(work: () => Promise<unknown>): Promise<boolean> {
    this.failure = undefined;
    try {
      await work();
      this.#revisions.refresh();
      return true;
    } catch (error) {
      if (!/abort/i.test(describeFailure(error).message)) this.failure = error;
      return false;
    }
  }
}

function optionText({ revision, message, state }: EnvironmentRevision): string {
  const words = message === '' ? '' : ` ${message.slice(0, 40)}`;
  return `Revision ${revision}${words}${state === 'active' ? '' : ` (${state})`}`;
}

function tabsOf(revision: EnvironmentRevision, all: readonly EnvironmentRevision[]): Tab[] {
  const isSystem = revision.definition.kind === 'system';
  return [
    { id: 'revision', label: 'Overview' },
    ...(isSystem
      ? []
      : [
          { id: 'packages', label: 'Packages', count: packagesOf(revision.build.lock ?? '').length },
          { id: 'definition', label: 'Definition' },
          { id: 'log', label: 'Build log' },
        ]),
    ...(all.length > 1 ? [{ id: 'compare', label: 'Compare' }] : []),
  ];
}

customElements.define('fw-environment-detail', EnvironmentDetail);
