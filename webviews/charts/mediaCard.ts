/** One image or table at a step, with a slider through its steps. What was shown stays until the next has come. */
import { css, html, nothing, type PropertyValues } from 'lit';
import type { FilePreview } from '../../protocol/model/run.ts';
import { Resource } from '../state/resource.ts';
import { iconButton } from '../ui/controls.ts';
import '../ui/filePreview.ts';
import { formatCount, formatTime } from '../ui/format.ts';
import { name, spellOut } from '../ui/name.ts';
import { PanelPart } from '../ui/panelBase.ts';
import { failedState, skeleton, stateStyles } from '../ui/states.ts';
import { base } from '../ui/styles.ts';
import { atStep, type Media } from './mediaSeries.ts';

export class MediaCard extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    runId: {},
    media: { attribute: false },
    step: { attribute: false },
    at: { state: true },
  };
  declare runId: string;
  declare media: Media;
  /** Where it is asked to stand; null leaves it where it is. */
  declare step: number | null;
  /** Null follows the last one, as new ones arrive. */
  declare at: number | null;
  #shown = '';

  readonly #preview = new Resource<FilePreview>(this, {
    app: () => this.app,
    load: (signal) => this.app.client.runs.previewArtifact({ runId: this.runId, path: this.#item().path }, { signal }),
    isStale: () => false,
    pace: 0,
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: flex; flex-direction: column; min-width: 0; border: 1px solid var(--fw-edge); border-radius: 4px; }
      header { display: flex; align-items: center; gap: 4px; padding: 6px 6px 0 12px; min-height: 28px; }
      h3 { flex: 1; }
      .shown { height: var(--fw-media-height, 280px); overflow: auto; }
      .steps { display: flex; align-items: center; gap: 4px; padding: 4px 8px; }
      .steps input { flex: 1; min-width: 0; accent-color: var(--vscode-focusBorder); }
      footer { display: flex; justify-content: space-between; gap: 12px; padding: 0 12px 7px; color: var(--fw-dim); font-size: 11px; }
    `,
  ];

  constructor() {
    super();
    this.step = null;
    this.at = null;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('step') && this.step !== null) this.at = atStep(this.media, this.step);
  }

  override updated(): void {
    const { path } = this.#item();
    if (path !== this.#shown && this.#shown !== '') this.#preview.refresh();
    this.#shown = path;
  }

  override render() {
    const { items } = this.media;
    const item = this.#item();
    const place = this.#place();
    return html`
      <header><h3 class="cut" title=${spellOut(this.media.name)}>${name(this.media.name)}</h3>
        ${iconButton({ icon: 'download', label: `Download ${item.path}`, onClick: () => void this.app.client.host.save({ kind: 'artifact', runId: this.runId, path: item.path }) })}</header>
      <div class="shown">${this.#content()}</div>
      <div class="steps">
        ${iconButton({ icon: 'left', label: 'The step before', disabled: place === 0, onClick: () => this.#move(place - 1) })}
        <input type="range" aria-label="Step of ${this.media.name}" aria-valuetext="step ${item.step}" min="0" max=${items.length - 1} step="1" .value=${String(place)} ?disabled=${items.length === 1}
          @input=${(event: Event) => this.#move(Number((event.target as HTMLInputElement).value))} />
        ${iconButton({ icon: 'right', label: 'The next step', disabled: place === items.length - 1, onClick: () => this.#move(place + 1) })}
      </div>
      <footer><span>step ${formatCount(item.step)}, ${place + 1} of ${formatCount(items.length)}</span>${item.time === null ? nothing : html`<span>${formatTime(item.time)}</span>`}</footer>
    `;
  }

  #content() {
    if (this.#preview.failure !== undefined && !this.#preview.value)
      return failedState(this.#preview.failure, () => this.#preview.reset());
    return this.#preview.value
      ? html`<fw-file-preview .preview=${this.#preview.value}></fw-file-preview>`
      : skeleton(4);
  }

  #place(): number {
    const last = this.media.items.length - 1;
    return Math.min(last, this.at ?? last);
  }

  #item(): Media['items'][number] {
    return this.media.items[this.#place()] ?? { step: 0, time: null, path: '' };
  }

  #move(to: number): void {
    this.at = to;
    this.dispatchEvent(new CustomEvent('step', { detail: this.#item().step }));
  }
}

customElements.define('fw-media-card', MediaCard);
