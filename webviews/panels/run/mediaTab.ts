/** Images and tables that a run logged at many steps: one card each, moved through by a slider, together or alone. */
import { css, html, nothing } from 'lit';
import '../../charts/mediaCard.ts';
import { type Media, mediaOf } from '../../charts/mediaSeries.ts';
import { allArtifacts } from '../../state/allArtifacts.ts';
import { Resource } from '../../state/resource.ts';
import { touchesRun } from '../../state/stale.ts';
import { checkbox } from '../../ui/controls.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { emptyState, failedState, skeleton, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

type Found = { readonly media: readonly Media[]; readonly cut: boolean };

export class MediaTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    runId: {},
    step: { state: true },
    together: { state: true },
  };
  declare runId: string;
  /** Where all cards stand; null until somebody moves: then each shows its last. */
  declare step: number | null;
  declare together: boolean;

  readonly #found = new Resource<Found>(this, {
    app: () => this.app,
    load: async (signal) => {
      const { files, cut } = await allArtifacts(this.app.client, { runId: this.runId, signal });
      return { media: mediaOf(files.map(({ path }) => path)), cut };
    },
    isStale: (message) => touchesRun(message, this.runId),
    pace: 2000,
  });

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; padding: 12px 16px 24px; }
      .bar { display: flex; gap: 16px; align-items: center; margin-bottom: 12px; }
      .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 12px; }
    `,
  ];

  constructor() {
    super();
    this.step = null;
    this.together = true;
  }

  override render() {
    const found = this.#found.value;
    if (!found)
      return this.#found.failure === undefined
        ? skeleton(5)
        : failedState(this.#found.failure, () => this.#found.reset());
    if (found.media.length === 0) return this.#empty();
    return html`
      <div class="bar">
        ${found.media.length > 1 ? checkbox({ label: 'Move all to the same step', checked: this.together, onChange: (on) => this.#bind(on) }) : nothing}
        ${found.cut ? html`<span class="dim">There are more files than are looked through here.</span>` : nothing}
      </div>
      <div class="cards">${found.media.map(
        (
          media,
        ) => html`<fw-media-card .app=${this.app} .runId=${this.runId} .media=${media} .step=${this.together ? this.step : null}
        @step=${(event: CustomEvent<number>) => {
          if (this.together) this.step = event.detail;
        }}></fw-media-card>`,
      )}</div>
    `;
  }

  #bind(on: boolean): void {
    this.together = on;
    this.step = null;
  }

  #empty() {
    return emptyState({
      icon: 'chart',
      title: 'No images or tables by step',
      hint: html`Log images under a key, as <span class="mono">mlflow.log_image(image, key="samples", step=3)</span>, or keep files that are numbered by step, as <span class="mono">epoch_3.png</span> or <span class="mono">rows_3.csv</span>.`,
    });
  }
}

customElements.define('fw-media-tab', MediaTab);
