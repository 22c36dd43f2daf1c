/** What can be done with the chosen runs: open, compare, stop, delete, restore. Stops and restores by itself and tells the outcome. */
import { css, html, nothing } from 'lit';
import type { RunRow } from '../../../protocol/model/experiment.ts';
import { isFinal } from '../../../protocol/model/run.ts';
import { mostCompared } from '../../../protocol/panel.ts';
import { iconButton } from '../../ui/controls.ts';
import { formatCount, plural } from '../../ui/format.ts';
import { type IconName, icon } from '../../ui/icon.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { base } from '../../ui/styles.ts';

type Act = {
  readonly icon: IconName;
  readonly word: string;
  readonly rows: readonly RunRow[];
  readonly act: (runId: string) => Promise<unknown>;
};

export class SelectionBar extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    rows: { attribute: false },
    comparing: { type: Boolean },
    canDiff: { state: true },
  };
  declare canDiff: boolean;
  declare rows: readonly RunRow[];
  declare comparing: boolean;

  static override styles = [
    base,
    css`
      :host { display: flex; align-items: center; flex-wrap: wrap; gap: 2px 8px; padding: 3px 12px; min-height: 30px; border-top: 1px solid var(--fw-line); background: var(--vscode-sideBar-background); flex: none; }
    `,
  ];

  constructor() {
    super();
    this.canDiff = false;
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
    const { rows } = this;
    const ended = rows.filter((row) => isFinal(row.state) && row.deletedAt === null);
    const one = rows.length === 1 ? rows[0] : undefined;
    return html`
      <span role="status">${plural(rows.length, 'run')} chosen</span>
      ${one ? html`<button class="plain" @click=${() => this.#tell('open', one)}>Open</button><span class="dim">Choose another to compare their curves</span>` : this.#compare()}
      ${this.#code()}
      <span class="grow"></span>
      ${this.#acts().map((act) => this.#button(act))}
      ${ended.length === 0 ? nothing : html`<button class="plain" @click=${() => this.#tell('delete', ended)}>${icon('trash')}Delete ${formatCount(ended.length)}</button>`}
      ${iconButton({ icon: 'close', label: 'Choose none', onClick: () => this.#tell('none', null) })}
    `;
  }

  #compare() {
    return html`<button class="plain" aria-pressed=${String(this.comparing)} @click=${() => this.#tell('compare', !this.comparing)}>${icon('chart')}Curves</button>${this.#compareAll()}`;
  }

  #compareAll() {
    const { length } = this.rows;
    if (length > mostCompared) return html`<span class="dim">${mostCompared} can be compared at most</span>`;
    const runIds = this.rows.map((row) => row.id);
    const open = () => this.app.client.host.open({ panel: 'compare', runIds });
    return html`<button class="plain" title="Parameters, metrics, environment, data, files and code" @click=${() => void open().catch((error: unknown) => this.#tell('done', error))}>${icon('columns')}Compare ${formatCount(length)} runs</button>`;
  }

  /** In the editor: the script of one run as it was, or the code of two in its diff. */
  #code() {
    const [one, two, more] = this.rows;
    if (!this.canDiff || !one || more) return nothing;
    const { host } = this.app.client;
    const act = two ? () => host.compareCode({ runIds: [one.id, two.id] }) : () => host.openCode({ runId: one.id });
    return html`<button class="plain" @click=${() => void act().catch((error: unknown) => this.#tell('done', error))}>${icon(two ? 'diff' : 'file')}${two ? 'Compare code' : 'Open its script'}</button>`;
  }

  #acts(): readonly Act[] {
    const { client } = this.app;
    return [
      {
        icon: 'stop',
        word: 'Stop',
        rows: this.rows.filter((row) => !isFinal(row.state) && row.launched),
        act: (runId) => client.runs.stop({ runId }),
      },
      {
        icon: 'restore',
        word: 'Restore',
        rows: this.rows.filter((row) => row.deletedAt !== null),
        act: (runId) => client.runs.restore({ runId }),
      },
    ];
  }

  #button({ icon: picture, word, rows, act }: Act) {
    if (rows.length === 0) return nothing;
    return html`<button class="plain" @click=${() => void this.#each(rows, act)}>${icon(picture)}${word} ${formatCount(rows.length)}</button>`;
  }

  async #each(rows: readonly RunRow[], act: (runId: string) => Promise<unknown>): Promise<void> {
    const results = await Promise.allSettled(rows.map((row) => act(row.id)));
    const refused = results.find((result) => result.status === 'rejected');
    this.#tell('done', refused?.reason);
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define('fw-selection-bar', SelectionBar);
