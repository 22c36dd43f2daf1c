/** The files of code that differ between each run and the baseline: as lines here, and in the editor's own diff in VS Code. */
import { css, html, nothing } from 'lit';
import type { CodeFile, FilePreview, Run } from '../../../protocol/model/run.ts';
import type { PanelClient } from '../../state/panelClient.ts';
import { Resource } from '../../state/resource.ts';
import { button } from '../../ui/controls.ts';
import { moveInTree, splitStyles } from '../../ui/fileTree.ts';
import { plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { type CodeChange, changesOf } from './codeChanges.ts';
import './lineDiff.ts';

const shownFiles = 500;
type Chosen = { readonly runId: string; readonly change: CodeChange };
type Texts = { readonly before: string; readonly after: string; readonly cut: boolean } | { readonly binary: true };

export class CompareCodeTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    runs: { attribute: false },
    baseline: {},
    chosen: { state: true },
    canDiff: { state: true },
    failure: { state: true },
  };
  declare runs: readonly Run[];
  declare baseline: string;
  declare chosen: Chosen | null;
  declare canDiff: boolean;
  declare failure: unknown;
  #asked = '';

  readonly #files = new Resource<ReadonlyMap<string, readonly CodeFile[]>>(this, {
    app: () => this.app,
    load: (signal) => this.#load(signal),
    isStale: () => false,
  });
  readonly #texts = new Resource<Texts>(this, {
    app: () => this.app,
    load: (signal) => (this.chosen === null ? undefined : this.#loadTexts(this.chosen, signal)),
    isStale: () => false,
  });

  static override styles = [
    base,
    stateStyles,
    splitStyles,
    css`
      .tree { width: clamp(220px, 36%, 420px); }
      .of { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; padding: 8px 8px 4px; }
      .mark { width: 12px; text-align: center; font-family: var(--fw-mono); font-size: 12px; }
      .added .mark { color: var(--vscode-gitDecoration-addedResourceForeground); }
      .modified .mark { color: var(--vscode-gitDecoration-modifiedResourceForeground); }
      .deleted .mark { color: var(--vscode-gitDecoration-deletedResourceForeground); }
      p.dim { padding: 0 8px 4px; }
      .preview p { padding: 8px 16px; }
      fw-line-diff { flex: 1; min-height: 0; }
      .problem { margin: 8px; }
    `,
  ];

  constructor() {
    super();
    this.runs = [];
    this.baseline = '';
    this.chosen = null;
    this.canDiff = false;
    this.failure = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.app.client.host.capabilities().then(
      ({ diff }) => {
        this.canDiff = diff;
      },
      () => {},
    );
  }

  override updated(): void {
    const asked = JSON.stringify([this.baseline, this.runs.map(({ id }) => id)]);
    if (asked === this.#asked) return;
    if (this.#asked !== '') {
      this.chosen = null;
      this.#files.reset();
    }
    this.#asked = asked;
  }

  override render() {
    const files = this.#files.value;
    if (!files)
      return this.#files.failure === undefined
        ? skeleton(6)
        : failedState(this.#files.failure, () => this.#files.reset());
    if (!files.has(this.baseline))
      return emptyState({
        icon: 'file',
        title: 'The code of the baseline is not known',
        hint: 'A client logged it, or it may not be seen. Make a run the baseline that was launched with Flywheel.',
      });
    return html`
      <div class="tree" role="tree" aria-label="Files that differ from the baseline" @keydown=${moveInTree}>
        ${this.runs.filter(({ id }) => id !== this.baseline).map((run) => this.#ofRun(run, files))}
      </div>
      <div class="preview">${this.failure === undefined ? nothing : problem(this.failure)}${this.#shown()}</div>
    `;
  }

  #ofRun(run: Run, files: ReadonlyMap<string, readonly CodeFile[]>) {
    const own = files.get(run.id);
    const changes = own && changesOf(files.get(this.baseline) ?? [], own);
    return html`<div class="of" role="none"><h3 class="cut grow">${name(run.name)}</h3>
        ${this.canDiff && changes && changes.length > 0 ? button({ label: 'All in the editor', icon: 'diff', onClick: () => void this.#ask((host) => host.compareCode({ runIds: [this.baseline, run.id] })) }) : nothing}</div>
      <p class="dim">${summary(run, changes)}</p>
      ${(changes ?? []).slice(0, shownFiles).map((change) => this.#item(run.id, change))}`;
  }

  #item(runId: string, change: CodeChange) {
    const isChosen = this.chosen?.runId === runId && this.chosen.change.path === change.path;
    return html`<button role="treeitem" class="item ${change.kind}" aria-selected=${String(isChosen)} title="${spellOut(change.path)}, ${change.kind}" @click=${() => this.#choose({ runId, change })}>
      ${icon('file')}<span class="cut grow">${name(change.path)}</span><span class="mark">${change.kind.charAt(0).toUpperCase()}</span></button>`;
  }

  #shown() {
    const { chosen } = this;
    if (chosen === null)
      return emptyState({
        icon: 'diff',
        title: 'Choose a file',
        hint: 'Uncommitted changes of each run are part of its code.',
      });
    const { path } = chosen.change;
    return html`<header class="row"><span class="cut grow" title=${spellOut(path)}>${name(path)}</span>
        ${this.canDiff ? button({ label: 'Open in the editor', icon: 'diff', onClick: () => void this.#ask((host) => host.compareCode({ runIds: [this.baseline, chosen.runId], path })) }) : nothing}</header>
      ${this.#text()}`;
  }

  #text() {
    const texts = this.#texts.value;
    if (!texts)
      return this.#texts.failure === undefined
        ? skeleton(5)
        : failedState(this.#texts.failure, () => this.#texts.reset());
    if ('binary' in texts) return html`<p class="dim">The file is not text: only that it differs can be shown.</p>`;
    return html`${texts.cut ? html`<p class="dim">Only the beginning of the file is compared.</p>` : nothing}<fw-line-diff .old=${texts.before} .present=${texts.after}></fw-line-diff>`;
  }

  #choose(chosen: Chosen): void {
    this.chosen = chosen;
    this.#texts.reset();
  }

  async #load(signal: AbortSignal): Promise<ReadonlyMap<string, readonly CodeFile[]>> {
    const known = this.runs.filter((run) => run.code !== null);
    const files = await Promise.all(known.map(({ id: runId }) => this.app.client.runs.code({ runId }, { signal })));
    return new Map(known.map(({ id }, at) => [id, (files[at] ?? []).filter(({ change }) => change !== 'deleted')]));
  }

  async #loadTexts({ runId, change: { path, kind } }: Chosen, signal: AbortSignal): Promise<Texts> {
    const text = (id: string) => this.app.client.runs.previewCode({ runId: id, path }, { signal });
    const [before, after] = await Promise.all([
      kind === 'added' ? null : text(this.baseline),
      kind === 'deleted' ? null : text(runId),
    ]);
    const present = [before, after].filter((preview): preview is FilePreview => preview !== null);
    if (present.some(({ content }) => content.encoding !== 'text')) return { binary: true };
    return { before: textOf(before), after: textOf(after), cut: present.some(({ truncated }) => truncated) };
  }

  async #ask(act: (host: PanelClient['host']) => Promise<unknown>): Promise<void> {
    this.failure = undefined;
    try {
      await act(this.app.client.host);
    } catch (error) {
      this.failure = error;
    }
  }
}

function textOf(preview: FilePreview | null): string {
  return preview?.content.encoding === 'text' ? preview.content.text : '';
}

function summary(run: Run, changes: readonly CodeChange[] | undefined): string {
  if (!changes) return 'Not known: a client logged it.';
  if (changes.length === 0) return 'The same code as the baseline.';
  const count = plural(changes.length, 'file differs', 'files differ');
  const rest = changes.length > shownFiles ? `, the first ${shownFiles} are listed` : '';
  return `${count}${run.code?.dirty ? ', with uncommitted changes' : ''}${rest}`;
}

customElements.define('fw-compare-code-tab', CompareCodeTab);
