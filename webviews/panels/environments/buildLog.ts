/** The output of a build or of a check, as it arrives; goes on where it was after an interruption. */
import { flow } from '@lit-labs/virtualizer/layouts/flow.js';
import { type VirtualizerHostElement, virtualize } from '@lit-labs/virtualizer/virtualize.js';
import { css, html, nothing, type PropertyValues } from 'lit';
import type { EnvironmentRevision } from '../../../protocol/model/environment.ts';
import { pause } from '../../state/pause.ts';
import { dropdown } from '../../ui/controls.ts';
import { plural } from '../../ui/format.ts';
import { marked } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

const mostLines = 50_000;

export class BuildLog extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    revision: { attribute: false },
    of: { state: true },
    failure: { state: true },
  };
  declare revision: EnvironmentRevision;
  declare of: 'build' | 'check';
  declare failure: unknown;
  #abort = new AbortController();
  #followed = '';
  #lines: string[] = [];
  #rest = '';
  #live = false;
  #after = 0;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: flex; flex-direction: column; min-height: 0; }
      .bar { display: flex; align-items: center; gap: 12px; padding: 6px 16px; border-bottom: 1px solid var(--fw-line); }
      .bar select { width: auto; }
      .lines { flex: 1; min-height: 0 !important; overflow: auto; contain: strict; background: var(--vscode-terminal-background, var(--vscode-editor-background)); }
      .line { width: 100%; padding: 0 16px; min-height: 18px; font-family: var(--fw-mono); font-size: 12px; line-height: 18px; white-space: pre-wrap; overflow-wrap: anywhere; }
      .line.wrong { color: var(--vscode-errorForeground); }
    `,
  ];

  constructor() {
    super();
    this.of = 'build';
    this.failure = undefined;
  }

  override disconnectedCallback(): void {
    this.#abort.abort();
    this.#followed = '';
    super.disconnectedCallback();
  }

  override willUpdate(_changed: PropertyValues<this>): void {
    const { environmentId, revision, build, check } = this.revision;
    const begun = this.of === 'build' ? build.startedAt : check?.startedAt;
    const wanted = [environmentId, revision, this.of, begun ?? ''].join(' ');
    if (wanted === this.#followed) return;
    this.#followed = wanted;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#lines = [];
    this.#rest = '';
    this.failure = undefined;
    void this.#follow(this.#abort.signal);
  }

  override updated(): void {
    const box = this.renderRoot.querySelector<VirtualizerHostElement>('.lines');
    if (box && this.#live) requestAnimationFrame(() => box.scrollTo({ top: box.scrollHeight }));
  }

  override render() {
    if (this.failure !== undefined) return failedState(this.failure, () => this.#again());
    const lines = this.#rest === '' ? this.#lines : [...this.#lines, this.#rest];
    return html`
      <div class="bar">
        ${
          this.revision.check
            ? dropdown({
                label: 'Output of',
                value: this.of,
                options: [
                  { value: 'build', text: 'The build in use' },
                  { value: 'check', text: 'Does it still build' },
                ],
                onChange: (value) => this.#choose(value),
              })
            : nothing
        }
        <span class="dim" role="status">${plural(lines.length, 'line')}${this.#live ? ', live' : ''}</span>
      </div>
      ${lines.length === 0 ? this.#empty() : html`<div class="lines" tabindex="0" role="log" aria-label="Output of the build">${virtualize({ items: lines, renderItem: (line) => html`<div class="line ${/^\s*error/i.test(line) ? 'wrong' : ''}">${marked(line)}</div>`, scroller: true, layout: flow() })}</div>`}`;
  }

  #empty() {
    return this.#live
      ? emptyState({ icon: 'clock', title: 'No output yet', hint: 'Lines appear here as the build writes them.' })
      : emptyState({
          icon: 'file',
          title: 'No output',
          hint: 'It was not built yet. A launch builds it, or the button above.',
        });
  }

  #choose(value: string): void {
    this.of = value === 'check' ? 'check' : 'build';
  }

  #again(): void {
    this.#followed = '';
    this.failure = undefined;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    this.#after = 0;
    while (!signal.aborted) {
      await this.app.connection.whenReady(signal);
      const isOver = await this.#read(signal).catch((error: unknown) => this.#interrupted(error, signal));
      if (isOver) return;
      await pause(1000, signal);
    }
  }

  /** An interruption of something already shown is no failure: it goes on by itself. Answers whether it is the end. */
  #interrupted(error: unknown, signal: AbortSignal): boolean {
    const isOver = !signal.aborted && this.app.connection.ready && this.#after === 0;
    if (isOver) this.failure = error;
    return isOver || signal.aborted;
  }

  async #read(signal: AbortSignal): Promise<boolean> {
    const { environmentId, revision } = this.revision;
    const input = { environmentId, revision, of: this.of, after: this.#after, follow: true };
    this.#live = true;
    for await (const chunk of await this.app.client.environments.buildLog(input, { signal })) {
      if (signal.aborted) return true;
      if (chunk.kind === 'end') break;
      this.#after = chunk.offset + chunk.bytes;
      if (chunk.kind === 'text') this.#take(chunk.text);
      this.requestUpdate();
    }
    this.#live = false;
    this.requestUpdate();
    return true;
  }

  /** A progress bar writes over its own line: what stands last is kept. */
  #take(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of terminals
    const plain = (this.#rest + text).replace(/\u001b\[[\d;?]*[A-Za-z]/g, '');
    const lines = plain.split(/\r?\n/);
    this.#rest = lines.pop() ?? '';
    this.#lines = [...this.#lines, ...lines.map((line) => line.split('\r').at(-1) ?? '')].slice(-mostLines);
  }
}

customElements.define('fw-build-log', BuildLog);
