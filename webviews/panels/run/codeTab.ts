/** The code that a run started from: its files, what differs from the commit, and each file's text. */
import { css, html, nothing } from 'lit';
import type { CodeFile, FilePreview, Run } from '../../../protocol/model/run.ts';
import type { PanelClient } from '../../state/panelClient.ts';
import { Resource } from '../../state/resource.ts';
import { button, checkbox } from '../../ui/controls.ts';
import { formatCount, plural } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import '../../ui/filePreview.ts';
import { moveInTree, splitStyles } from '../../ui/fileTree.ts';

const marks = { same: '', added: 'A', modified: 'M', deleted: 'D' } as const;
const shownFiles = 2000;

export class CodeTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    run: { attribute: false },
    chosen: { state: true },
    changedOnly: { state: true },
    canDiff: { state: true },
    failure: { state: true },
  };
  declare run: Run;
  declare chosen: CodeFile | null;
  declare changedOnly: boolean;
  declare canDiff: boolean;
  declare failure: unknown;

  readonly #files = new Resource<readonly CodeFile[]>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.runs.code({ runId: this.run.id }, { signal }),
    isStale: () => false,
  });
  readonly #preview = new Resource<FilePreview>(this, {
    app: () => this.app,
    load: (signal) => this.#load(signal),
    isStale: () => false,
  });

  static override styles = [
    base,
    stateStyles,
    splitStyles,
    css`
      .summary { padding: 4px 12px 8px; border-bottom: 1px solid var(--fw-line); margin-bottom: 4px; }
      .compare { flex-wrap: wrap; padding-top: 6px; }
      .mark { width: 12px; text-align: center; font-family: var(--fw-mono); font-size: 12px; }
      .added, .added .mark { color: var(--vscode-gitDecoration-addedResourceForeground); }
      .modified, .modified .mark { color: var(--vscode-gitDecoration-modifiedResourceForeground); }
      .deleted, .deleted .mark { color: var(--vscode-gitDecoration-deletedResourceForeground); }
      .deleted .cut { text-decoration: line-through; }
      .item[aria-selected='true'] { color: var(--vscode-list-activeSelectionForeground); }
      .problem { margin: 8px; }
    `,
  ];

  constructor() {
    super();
    this.chosen = null;
    this.changedOnly = false;
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

  override render() {
    const files = this.#files.value;
    if (!files)
      return this.#files.failure === undefined
        ? skeleton(6)
        : failedState(this.#files.failure, () => this.#files.reset());
    const changed = files.filter((file) => file.change !== 'same');
    const listed = (this.changedOnly ? changed : files).slice(0, shownFiles);
    return html`
      <div class="tree" role="tree" aria-label="Files of the snapshot" @keydown=${moveInTree}>
        <div class="summary" role="none">
          <p class="dim">${this.#origin(changed.length)}</p>
          ${this.#compareButtons(changed.length)}
          ${
            changed.length > 0 && changed.length < files.length
              ? checkbox({
                  label: 'Changed files only',
                  checked: this.changedOnly,
                  onChange: (on) => {
                    this.changedOnly = on;
                  },
                })
              : nothing
          }
        </div>
        ${listed.map((file) => this.#item(file))}
        ${listed.length === shownFiles ? html`<p class="dim summary">The first ${formatCount(shownFiles)} files are listed.</p>` : nothing}
      </div>
      <div class="preview">${this.#shown()}</div>
    `;
  }

  #origin(changed: number): string {
    const { code } = this.run;
    if (!code?.base) return 'Snapshot of a folder without commits';
    const from = `${code.base.slice(0, 8)}${code.branch ? ` on ${spellOut(code.branch)}` : ''}`;
    return changed === 0 ? `Exactly ${from}` : `${from}, ${plural(changed, 'changed file')}`;
  }

  /** In the editor only: a browser has neither its diff nor a folder. */
  #compareButtons(changed: number) {
    if (!this.canDiff) return nothing;
    return html`<div class="row compare">
      ${button({ label: 'Open folder', icon: 'folder', onClick: () => void this.#ask((host) => host.openCodeFolder({ runId: this.run.id })) })}
      ${changed > 0 && this.run.code?.base ? button({ label: 'All changes', icon: 'diff', onClick: () => void this.#compare('base') }) : nothing}
      ${button({ label: 'Compare with folder', icon: 'diff', title: 'With what a launch would take now', onClick: () => void this.#compare('workspace') })}
    </div>`;
  }

  #compare(other: 'base' | 'workspace'): Promise<void> {
    return this.#ask((host) => host.compareCode({ runIds: [this.run.id], with: other }));
  }

  #item(file: CodeFile) {
    return html`<button role="treeitem" class="item ${file.change}" title="${spellOut(file.path)}${file.change === 'same' ? '' : `, ${file.change}`}"
      aria-selected=${String(this.chosen?.path === file.path)} @click=${() => this.#choose(file)}>
      ${icon('file')}<span class="cut grow">${name(file.path)}</span><span class="mark">${marks[file.change]}</span>
    </button>`;
  }

  #shown() {
    const file = this.chosen;
    if (!file)
      return emptyState({
        icon: 'file',
        title: 'Choose a file',
        hint: 'This is the code exactly as the run started with it, uncommitted changes included.',
      });
    return html`
      <header class="row">
        <span class="cut grow" title=${spellOut(file.path)}>${name(file.path)}</span>
        ${this.canDiff && file.change === 'modified' ? button({ label: 'Open changes', icon: 'diff', onClick: () => void this.#open(file, true) }) : nothing}
        ${this.canDiff && file.change !== 'deleted' ? button({ label: 'Open', onClick: () => void this.#open(file, false) }) : nothing}
      </header>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.#preview.value ? html`<fw-file-preview .preview=${this.#preview.value}></fw-file-preview>` : this.#preview.failure === undefined ? skeleton(5) : failedState(this.#preview.failure, () => this.#preview.reset())}
    `;
  }

  #choose(file: CodeFile): void {
    this.chosen = file;
    this.#preview.reset();
  }

  #load(signal: AbortSignal): Promise<FilePreview> | undefined {
    if (!this.chosen) return undefined;
    const of = this.chosen.change === 'deleted' ? 'base' : 'snapshot';
    return this.app.client.runs.previewCode({ runId: this.run.id, path: this.chosen.path, of }, { signal });
  }

  #open(file: CodeFile, diff: boolean): Promise<void> {
    return this.#ask((host) => host.openCode({ runId: this.run.id, path: file.path, diff }));
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

customElements.define('fw-code-tab', CodeTab);
