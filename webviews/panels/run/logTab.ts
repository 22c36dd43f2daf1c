/** The log of a run: live, virtualised, with colours, search, follow, copy and download. */
import { flow } from '@lit-labs/virtualizer/layouts/flow.js';
import { type VirtualizerHostElement, virtualize, virtualizerRef } from '@lit-labs/virtualizer/virtualize.js';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { iconButton } from '../../ui/controls.ts';
import { formatCount, plural } from '../../ui/format.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, problem, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';
import { type LogLine, textOf } from './ansiLines.ts';
import { LogStream } from './logStream.ts';
import { logStyles } from './logStyles.ts';

type Row = { readonly index: number; readonly line: LogLine; readonly hit: 'none' | 'hit' | 'current' };

export class LogTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    runId: {},
    live: { type: Boolean },
    following: { state: true },
    wanted: { state: true },
    current: { state: true },
    said: { state: true },
    failure: { state: true },
  };
  declare runId: string;
  declare live: boolean;
  declare following: boolean;
  declare wanted: string;
  declare current: number;
  declare said: string;
  declare failure: unknown;
  #stream: LogStream | null = null;
  #abort = new AbortController();
  #hits: number[] = [];

  static override styles = [
    base,
    stateStyles,
    logStyles,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; }
      .bar { display: flex; align-items: center; gap: 6px; padding: 4px 12px; border-bottom: 1px solid var(--fw-line); flex: none; flex-wrap: wrap; }
      .bar input.field { width: 200px; height: 24px; }
      .bar .said { margin-inline-start: auto; color: var(--fw-dim); }
      .lines { flex: 1; min-height: 0 !important; overflow: auto; contain: strict; background: var(--vscode-terminal-background, var(--vscode-editor-background)); }
      .line { display: flex; width: 100%; font-family: var(--fw-mono); font-size: var(--vscode-editor-font-size, 12px); line-height: 18px; padding-inline-end: 12px; }
      .line .no { flex: none; width: 7ch; padding-inline-end: 1.5ch; text-align: end; color: var(--vscode-editorLineNumber-foreground, var(--fw-dim)); user-select: none; }
      .line .text { flex: 1; min-width: 0; white-space: pre-wrap; overflow-wrap: anywhere; min-height: 18px; unicode-bidi: plaintext; }
      .line.hit { background: var(--vscode-editor-findMatchHighlightBackground); }
      .line.current { background: var(--vscode-editor-findMatchBackground); }
      .line.notice .text { color: var(--fw-dim); font-style: italic; font-family: var(--vscode-font-family); }
      .problem { margin: 8px 12px; }
    `,
  ];

  constructor() {
    super();
    this.following = true;
    this.wanted = '';
    this.current = 0;
    this.said = '';
    this.failure = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#abort = new AbortController();
    this.#stream = new LogStream({ app: this.app, runId: this.runId, changed: () => this.requestUpdate() });
    void this.#stream.follow(this.#abort.signal);
  }

  override disconnectedCallback(): void {
    this.#abort.abort();
    super.disconnectedCallback();
  }

  override willUpdate(_changed: PropertyValues<this>): void {
    const wanted = this.wanted.toLowerCase();
    const lines = this.#stream?.lines ?? [];
    this.#hits =
      wanted === '' ? [] : lines.flatMap((line, at) => (textOf(line).toLowerCase().includes(wanted) ? [at] : []));
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('wanted') || changed.has('current')) this.#reveal();
    else if (this.following) void this.#toEnd();
  }

  override render() {
    const stream = this.#stream;
    if (!stream?.begun && stream?.failure === undefined) return skeleton(8);
    if (stream.failure !== undefined) return failedState(stream.failure, () => this.connectedCallback());
    const rows = this.#rows(stream);
    return html`
      ${this.#bar(stream)}
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${
        rows.length === 0
          ? this.#empty()
          : html`<div class="lines" tabindex="0" role="log" aria-label="Output" @wheel=${this.#scrolled} @keydown=${this.#scrolled} @pointerdown=${this.#scrolled}>
        ${virtualize({ items: rows, renderItem: (row) => renderRow(row), scroller: true, layout: flow() })}
      </div>`
      }
    `;
  }

  #bar(stream: LogStream) {
    const found =
      this.wanted === ''
        ? ''
        : this.#hits.length === 0
          ? 'No match'
          : `${formatCount(this.current + 1)} of ${formatCount(this.#hits.length)}`;
    return html`<div class="bar">
      <input class="field" type="search" placeholder="Search output" aria-label="Search output" .value=${this.wanted}
        @input=${(event: Event) => {
          this.wanted = (event.target as HTMLInputElement).value;
          this.current = 0;
          this.following = false;
        }}
        @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && this.#step(event.shiftKey ? -1 : 1)} />
      ${
        this.wanted === ''
          ? nothing
          : html`<span class="dim">${found}</span>
        ${iconButton({ icon: 'up', label: 'Previous match', onClick: () => this.#step(-1) })}
        ${iconButton({ icon: 'down', label: 'Next match', onClick: () => this.#step(1) })}`
      }
      <span class="said" role="status">${this.said || plural(stream.lines.length, 'line')}${stream.ended ? '' : ', live'}</span>
      ${
        stream.ended
          ? nothing
          : html`<button class="plain" aria-pressed=${String(this.following)} @click=${() => {
              this.following = !this.following;
            }}>Follow</button>`
      }
      ${iconButton({ icon: 'copy', label: 'Copy shown output', onClick: () => void this.#copy(stream) })}
      ${iconButton({ icon: 'download', label: 'Save the whole log', onClick: () => void this.#save() })}
    </div>`;
  }

  #empty() {
    return this.live
      ? emptyState({ icon: 'clock', title: 'No output yet', hint: 'Lines appear here as the job writes them.' })
      : emptyState({ icon: 'file', title: 'No output', hint: 'The job wrote nothing before it ended.' });
  }

  #rows(stream: LogStream): Row[] {
    const hits = new Set(this.#hits);
    const current = this.#hits[this.current];
    const rows: Row[] = stream.lines.map((line, index) => ({
      index,
      line,
      hit: index === current ? 'current' : hits.has(index) ? 'hit' : 'none',
    }));
    const unfinished = stream.unfinished;
    if (unfinished !== null) rows.push({ index: rows.length, line: unfinished, hit: 'none' });
    return rows;
  }

  #step(by: number): void {
    const size = this.#hits.length;
    if (size > 0) this.current = (this.current + by + size) % size;
  }

  #reveal(): void {
    const at = this.#hits[this.current];
    if (at !== undefined) this.#box()?.[virtualizerRef]?.element(at)?.scrollIntoView({ block: 'center' });
  }

  /** Only after the new lines were laid out is the end where they are. */
  async #toEnd(): Promise<void> {
    const box = this.#box();
    // Who leaves the tab meanwhile ends the layout: it rejects, and there is no end to go to.
    const isLaidOut = await box?.[virtualizerRef]?.layoutComplete.then(
      () => true,
      () => false,
    );
    if (box && isLaidOut && this.following) box.scrollTop = box.scrollHeight;
  }

  #box(): VirtualizerHostElement | null {
    return this.renderRoot.querySelector<VirtualizerHostElement>('.lines');
  }

  /** Whoever scrolls up wants to read; at the end it follows again. */
  #scrolled(): void {
    requestAnimationFrame(() => {
      const box = this.#box();
      if (!box || this.#stream?.ended) return;
      this.following = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    });
  }

  async #copy(stream: LogStream): Promise<void> {
    await navigator.clipboard.writeText(stream.lines.map(textOf).join('\n'));
    this.#say('Copied');
  }

  async #save(): Promise<void> {
    this.failure = undefined;
    this.#say('Reading the whole log…');
    try {
      await this.app.client.host.save({ kind: 'log', runId: this.runId });
      this.#say('Saved');
    } catch (error) {
      this.said = '';
      this.failure = error;
    }
  }

  #say(text: string): void {
    this.said = text;
    setTimeout(() => {
      this.said = '';
    }, 2000);
  }
}

function renderRow(row: Row): TemplateResult {
  const { line } = row;
  if (typeof line !== 'string' && 'notice' in line) {
    return html`<div class="line notice"><span class="no"></span><span class="text">${line.notice}</span></div>`;
  }
  return html`<div class="line ${row.hit}"><span class="no">${row.index + 1}</span><span class="text">${typeof line === 'string' ? line : pieces(line)}</span></div>`;
}

/** `.style` sets the rules through the object model, which the page's policy allows; an attribute it would refuse. */
function pieces(line: Extract<LogLine, { pieces: unknown }>) {
  return line.pieces.map((piece) => html`<span class=${piece.classes} .style=${piece.style}>${piece.text}</span>`);
}

customElements.define('fw-log-tab', LogTab);
