/** The files that a run produced: a tree fetched folder by folder, a preview beside it, download. */
import { css, html, nothing } from 'lit';
import type { Artifact, FilePreview } from '../../../protocol/model/run.ts';
import { Resource } from '../../state/resource.ts';
import { touchesRun } from '../../state/stale.ts';
import { iconButton } from '../../ui/controls.ts';
import { formatBytes } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import '../../ui/filePreview.ts';
import { moveInTree, splitStyles } from '../../ui/fileTree.ts';

export class ArtifactsTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    runId: {},
    live: { type: Boolean },
    open: { state: true },
    chosen: { state: true },
    failure: { state: true },
  };
  declare runId: string;
  declare live: boolean;
  declare open: ReadonlySet<string>;
  declare chosen: string | null;
  declare failure: unknown;

  readonly #folders = new Resource<ReadonlyMap<string, readonly Artifact[]>>(this, {
    app: () => this.app,
    load: (signal) => this.#load(signal),
    isStale: (message) => touchesRun(message, this.runId),
    pace: 1000,
  });
  readonly #preview = new Resource<FilePreview>(this, {
    app: () => this.app,
    load: (signal) =>
      this.chosen === null
        ? undefined
        : this.app.client.runs.previewArtifact({ runId: this.runId, path: this.chosen }, { signal }),
    isStale: () => false,
  });

  static override styles = [base, stateStyles, splitStyles, css`.problem { margin: 8px; }`];

  constructor() {
    super();
    this.open = new Set();
    this.chosen = null;
    this.failure = undefined;
  }

  override render() {
    const folders = this.#folders.value;
    if (!folders)
      return this.#folders.failure === undefined
        ? skeleton(5)
        : failedState(this.#folders.failure, () => this.#folders.reset());
    if (folders.get('')?.length === 0) return this.#empty();
    return html`
      <div class="tree" role="tree" aria-label="Artifacts" @keydown=${moveInTree}>${this.#level('', 0)}</div>
      <div class="preview">${this.#shown()}</div>
    `;
  }

  #empty() {
    return emptyState({
      icon: 'folder',
      title: 'No artifacts',
      hint: this.live
        ? html`What the job writes into <span class="mono">outputs/</span> is kept here when it ends; <span class="mono">mlflow.log_artifact</span> puts files here at once.`
        : html`The job kept no files. Write them into <span class="mono">outputs/</span>, or log them with <span class="mono">mlflow.log_artifact</span>.`,
    });
  }

  #level(path: string, depth: number): unknown {
    return (this.#folders.value?.get(path) ?? []).map(
      (item) =>
        html`${this.#item(item, depth)}${item.folder && this.open.has(item.path) ? this.#level(item.path, depth + 1) : nothing}`,
    );
  }

  #item(item: Artifact, depth: number) {
    const last = item.path.split('/').at(-1) ?? item.path;
    return html`<button role="treeitem" class="item" aria-level=${depth + 1}
      aria-expanded=${item.folder ? String(this.open.has(item.path)) : nothing}
      aria-selected=${String(this.chosen === item.path)} title=${spellOut(item.path)}
      .style=${`padding-inline-start: ${8 + depth * 12}px`}
      @click=${() => this.#choose(item)}>
      ${item.folder ? icon(this.open.has(item.path) ? 'down' : 'right') : icon('file')}
      <span class="cut grow">${name(last)}</span>
      <span class="dim">${item.bytes === null ? '' : formatBytes(item.bytes)}</span>
    </button>`;
  }

  #shown() {
    if (this.chosen === null)
      return emptyState({
        icon: 'file',
        title: 'Choose a file',
        hint: 'Images, tables, JSON and text are shown here.',
      });
    const path = this.chosen;
    return html`
      <header class="row"><span class="cut grow" title=${spellOut(path)}>${name(path)}</span>${iconButton({ icon: 'download', label: 'Download', onClick: () => void this.#save(path) })}</header>
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${this.#preview.value ? html`<fw-file-preview .preview=${this.#preview.value}></fw-file-preview>` : this.#preview.failure === undefined ? skeleton(5) : failedState(this.#preview.failure, () => this.#preview.reset())}
    `;
  }

  #choose(item: Artifact): void {
    if (!item.folder) {
      this.chosen = item.path;
      this.#preview.reset();
      return;
    }
    const open = new Set(this.open);
    if (!open.delete(item.path)) open.add(item.path);
    this.open = open;
    this.#folders.refresh();
  }

  async #load(signal: AbortSignal): Promise<ReadonlyMap<string, readonly Artifact[]>> {
    const paths = ['', ...this.open];
    const lists = await Promise.all(
      paths.map((path) => this.app.client.runs.artifacts({ runId: this.runId, path }, { signal })),
    );
    return new Map(paths.map((path, at) => [path, foldersFirst(lists[at] ?? [])]));
  }

  async #save(path: string): Promise<void> {
    this.failure = undefined;
    try {
      await this.app.client.host.save({ kind: 'artifact', runId: this.runId, path });
    } catch (error) {
      this.failure = error;
    }
  }
}

function foldersFirst(items: readonly Artifact[]): readonly Artifact[] {
  return [...items].sort(
    (a, b) => Number(b.folder) - Number(a.folder) || a.path.localeCompare(b.path, 'en', { numeric: true }),
  );
}

customElements.define('fw-artifacts-tab', ArtifactsTab);
