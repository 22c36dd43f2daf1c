/** Saves the table as CSV: says how far it is and stops when told to. */
import { css, html } from 'lit';
import type { ViewContent } from '../../../protocol/model/view.ts';
import { iconButton } from '../../ui/controls.ts';
import { formatCount } from '../../ui/format.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { base } from '../../ui/styles.ts';
import type { Directions } from './cellValue.ts';

export class ExportButton extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    experimentId: {},
    name: {},
    settings: { attribute: false },
    directions: { attribute: false },
    done: { state: true },
  };
  declare experimentId: string;
  /** What the file is named after. */
  declare name: string;
  declare settings: ViewContent | null;
  declare directions: Directions;
  /** Null while nothing is exported. */
  declare done: { readonly rows: number; readonly total: number | null } | null;
  #abort = new AbortController();

  static override styles = [
    base,
    css`
      :host { display: flex; align-items: center; gap: 4px; flex: none; white-space: nowrap; }
      .dim { font-variant-numeric: tabular-nums; }
    `,
  ];

  constructor() {
    super();
    this.done = null;
    this.settings = null;
    this.name = '';
    this.directions = {};
  }

  override disconnectedCallback(): void {
    this.#abort.abort();
    super.disconnectedCallback();
  }

  override render() {
    const { done } = this;
    if (!done) {
      const label = 'Export all matching runs as CSV';
      return iconButton({ icon: 'download', label, onClick: () => void this.#export() });
    }
    const of = done.total === null ? '' : ` of ${formatCount(done.total)}`;
    return html`<span class="dim" role="status">Exporting ${formatCount(done.rows)}${of}</span>
      <button class="plain" @click=${() => this.#abort.abort()}>Cancel</button>`;
  }

  async #export(): Promise<void> {
    const { app, experimentId, settings, directions } = this;
    if (!settings) return;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.done = { rows: 0, total: null };
    const onProgress = (rows: number, total: number) => {
      this.done = { rows, total };
    };
    try {
      const { exportRows } = await import('./exportRows.ts');
      const text = await exportRows({ app, experimentId, settings, directions, signal, onProgress });
      if (signal.aborted) return;
      await app.client.host.save({ kind: 'text', name: fileName(this.name), text });
    } catch (error) {
      if (!signal.aborted) this.dispatchEvent(new CustomEvent('failed', { detail: error }));
    } finally {
      this.done = null;
    }
  }
}

/** Without what file systems refuse. */
function fileName(experiment: string): string {
  const plain = experiment.replace(/[^\p{L}\p{N}._ -]+/gu, '-').slice(0, 80);
  return `${plain === '' ? 'runs' : plain}.csv`;
}

customElements.define('fw-export-button', ExportButton);
