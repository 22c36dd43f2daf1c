/** The artifacts of the runs as one tree, and a chosen file of several runs side by side. */
import { css, html, nothing } from 'lit';
import type { Artifact, FilePreview, Run } from '../../../protocol/model/run.ts';
import { Resource } from '../../state/resource.ts';
import { touchesRun } from '../../state/stale.ts';
import { describeFailure } from '../../ui/failure.ts';
import '../../ui/filePreview.ts';
import { moveInTree, splitStyles } from '../../ui/fileTree.ts';
import { formatBytes } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { name, spellOut } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { tableOf } from '../../ui/tableText.ts';
import './lineDiff.ts';
import { tableDiff } from './tableDiff.ts';
import { type UnionItem, unionOf, wordsOf } from './unionTree.ts';

/** Each may be an image of four megabytes. */
const mostSideBySide = 6;

type Side = { readonly run: Run; readonly preview: FilePreview | null; readonly problem: string };

export class FilesTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    runs: { attribute: false },
    baseline: {},
    open: { state: true },
    chosen: { state: true },
  };
  declare runs: readonly Run[];
  /** Its id. */
  declare baseline: string;
  declare open: ReadonlySet<string>;
  declare chosen: string | null;
  #asked = '';

  readonly #folders = new Resource<ReadonlyMap<string, readonly UnionItem[]>>(this, {
    app: () => this.app,
    load: (signal) => this.#loadFolders(signal),
    isStale: (message) => this.runs.some(({ id }) => touchesRun(message, id)),
    pace: 2000,
  });
  readonly #sides = new Resource<readonly Side[]>(this, {
    app: () => this.app,
    load: (signal) => (this.chosen === null ? undefined : this.#loadSides(this.chosen, signal)),
    isStale: () => false,
  });

  static override styles = [
    base,
    stateStyles,
    splitStyles,
    css`
      .sides { display: flex; flex: 1; min-height: 0; overflow-x: auto; }
      .side { flex: 1 0 300px; min-width: 0; display: flex; flex-direction: column; border-inline-end: 1px solid var(--fw-line); }
      .side h3 { padding: 6px 12px; border-bottom: 1px solid var(--fw-line); display: flex; gap: 8px; }
      .side > :not(h3) { flex: 1; min-height: 0; overflow: auto; }
      .side > p { padding: 8px 12px; }
      .table table { width: auto; margin: 0 8px; }
      .table tr:first-child td { font-weight: 600; color: var(--fw-dim); font-size: 12px; }
      td.changed { background: color-mix(in srgb, var(--fw-warn) 18%, transparent); font-weight: 600; outline: 1px dashed var(--vscode-contrastActiveBorder, transparent); }
    `,
  ];

  constructor() {
    super();
    this.runs = [];
    this.baseline = '';
    this.open = new Set();
    this.chosen = null;
  }

  override updated(): void {
    const asked = JSON.stringify([this.baseline, this.runs.map(({ id }) => id)]);
    if (asked === this.#asked) return;
    if (this.#asked !== '') {
      this.#folders.reset();
      this.#sides.reset();
    }
    this.#asked = asked;
  }

  override render() {
    const folders = this.#folders.value;
    if (!folders)
      return this.#folders.failure === undefined
        ? skeleton(6)
        : failedState(this.#folders.failure, () => this.#folders.reset());
    if (folders.get('')?.length === 0)
      return emptyState({ icon: 'folder', title: 'No artifacts', hint: 'None of these runs has kept a file.' });
    return html`
      <div class="tree" role="tree" aria-label="Artifacts of the runs" @keydown=${moveInTree}>${this.#level('', 0)}</div>
      <div class="preview">${this.#shown()}</div>
    `;
  }

  #level(path: string, depth: number): unknown {
    return (this.#folders.value?.get(path) ?? []).map(
      (item) =>
        html`${this.#item(item, depth)}${item.folder && this.open.has(item.path) ? this.#level(item.path, depth + 1) : nothing}`,
    );
  }

  #item(item: UnionItem, depth: number) {
    const last = item.path.split('/').at(-1) ?? item.path;
    return html`<button role="treeitem" class="item" aria-level=${depth + 1} aria-selected=${String(this.chosen === item.path)}
      aria-expanded=${item.folder ? String(this.open.has(item.path)) : nothing} title=${spellOut(item.path)}
      .style=${`padding-inline-start: ${8 + depth * 12}px`} @click=${() => this.#choose(item)}>
      ${item.folder ? icon(this.open.has(item.path) ? 'down' : 'right') : icon('file')}
      <span class="cut grow">${name(last)}</span><span class="dim">${wordsOf(item)}</span>
    </button>`;
  }

  #shown() {
    const path = this.chosen;
    if (path === null)
      return emptyState({
        icon: 'file',
        title: 'Choose a file',
        hint: 'Images, tables and text of the runs are shown side by side.',
      });
    if (!this.#sides.value)
      return this.#sides.failure === undefined
        ? skeleton(5)
        : failedState(this.#sides.failure, () => this.#sides.reset());
    const left = this.runs.length - mostSideBySide;
    return html`<header class="row"><span class="cut grow" title=${spellOut(path)}>${name(path)}</span>${left > 0 ? html`<span class="dim">The baseline and the next ${mostSideBySide - 1} runs of ${this.runs.length} are shown</span>` : nothing}</header>
      <div class="sides">${this.#sides.value.map((side) => this.#side(side))}</div>`;
  }

  #side(side: Side) {
    const { run, preview, problem } = side;
    return html`<section class="side"><h3><span class="cut">${name(run.name)}</span>${preview ? html`<span class="dim">${formatBytes(preview.bytes)}</span>` : nothing}<span class="dim">${this.#relation(side)}</span></h3>
      ${preview ? this.#content(run, preview) : html`<p class="dim">${problem}</p>`}</section>`;
  }

  /** Of what was fetched: the beginning of a long file says nothing of its end. */
  #relation({ run, preview }: Side): string {
    if (run.id === this.baseline) return 'baseline';
    const before = this.#sides.value?.find((side) => side.run.id === this.baseline)?.preview;
    if (!before || !preview) return '';
    if (before.bytes !== preview.bytes || contentOf(before) !== contentOf(preview)) return '≠ differs';
    return preview.truncated ? 'same beginning' : 'same';
  }

  #content(run: Run, preview: FilePreview) {
    const before = this.#sides.value?.find((side) => side.run.id === this.baseline)?.preview?.content;
    if (run.id === this.baseline || before?.encoding !== 'text' || preview.content.encoding !== 'text')
      return html`<fw-file-preview .preview=${preview}></fw-file-preview>`;
    const { path, content } = preview;
    const [old, now] = [tableOf(path, before.text), tableOf(path, content.text)];
    if (old && now) return tableDiff(old, now);
    return html`<fw-line-diff .old=${before.text} .present=${content.text}></fw-line-diff>`;
  }

  #choose(item: UnionItem): void {
    if (!item.folder) {
      this.chosen = item.path;
      this.#sides.reset();
      return;
    }
    const open = new Set(this.open);
    if (!open.delete(item.path)) open.add(item.path);
    this.open = open;
    this.#folders.refresh();
  }

  async #loadFolders(signal: AbortSignal): Promise<ReadonlyMap<string, readonly UnionItem[]>> {
    const paths = ['', ...this.open];
    const { client } = this.app;
    const listed = (runId: string, path: string): Promise<readonly Artifact[]> =>
      client.runs.artifacts({ runId, path }, { signal });
    const unions = await Promise.all(
      paths.map(async (path) => unionOf(await Promise.all(this.runs.map(({ id }) => listed(id, path))))),
    );
    return new Map(paths.map((path, at) => [path, unions[at] ?? []]));
  }

  async #loadSides(path: string, signal: AbortSignal): Promise<readonly Side[]> {
    const baseline = this.runs.filter(({ id }) => id === this.baseline);
    const others = this.runs.filter(({ id }) => id !== this.baseline);
    const shown = [...baseline, ...others].slice(0, mostSideBySide);
    const previews = await Promise.allSettled(
      shown.map(({ id: runId }) => this.app.client.runs.previewArtifact({ runId, path }, { signal })),
    );
    return shown.map((run, at) => {
      const preview = previews[at];
      if (preview?.status === 'fulfilled') return { run, preview: preview.value, problem: '' };
      return { run, preview: null, problem: describeFailure(preview?.reason).message };
    });
  }
}

function contentOf({ content }: FilePreview): string {
  return content.encoding === 'text' ? content.text : content.data;
}

customElements.define('fw-files-tab', FilesTab);
