/** The texts of a definition, read only; the editor opens them to make the next revision. */
import { css, html, nothing } from 'lit';
import { type DefinitionFileName, definitionTexts } from '../../../protocol/model/definitionTexts.ts';
import type { Environment, EnvironmentRevision } from '../../../protocol/model/environment.ts';
import { button, iconButton } from '../../ui/controls.ts';
import { marked } from '../../ui/name.ts';
import { PanelPart } from '../../ui/panelBase.ts';
import { problem, stateStyles } from '../../ui/states.ts';
import { base } from '../../ui/styles.ts';

export class DefinitionTab extends PanelPart {
  static override properties = {
    ...PanelPart.properties,
    environment: { attribute: false },
    revision: { attribute: false },
    failure: { state: true },
  };
  declare environment: Environment;
  declare revision: EnvironmentRevision;
  declare failure: unknown;

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: flex; flex-direction: column; gap: 16px; padding: 16px; }
      .head { display: flex; align-items: center; gap: 8px; min-height: 28px; }
      pre { margin: 4px 0 0; padding: 8px 10px; overflow: auto; max-height: 60vh; border: 1px solid var(--fw-edge); border-radius: 3px; background: var(--vscode-textCodeBlock-background); font-family: var(--fw-mono); font-size: 12px; line-height: 18px; }
    `,
  ];

  override render() {
    const { definition } = this.revision;
    const texts = Object.entries(definitionTexts(definition)) as [DefinitionFileName, string][];
    return html`
      ${this.failure === undefined ? nothing : problem(this.failure)}
      ${texts.map(([file, text]) => this.#file(file, text))}
      ${definition.kind !== 'system' && definition.python !== 'python3' ? html`<p>Interpreter: <span class="mono">${definition.python}</span></p>` : nothing}`;
  }

  #file(file: DefinitionFileName, text: string) {
    const isLatest = this.revision.revision === this.environment.latest.revision;
    const inEditor = this.app.kind === 'vscode' && isLatest;
    return html`<section>
      <div class="head"><h3 class="grow mono">${file}</h3>
        ${inEditor ? button({ label: 'Edit in editor', icon: 'edit', onClick: () => void this.#edit(file) }) : nothing}
        ${iconButton({ icon: 'copy', label: `Copy ${file}`, onClick: () => void navigator.clipboard.writeText(text) })}
      </div>
      <pre tabindex="0" aria-label=${file}>${text === '' ? html`<span class="dim">Empty</span>` : marked(text)}</pre>
    </section>`;
  }

  async #edit(file: DefinitionFileName): Promise<void> {
    try {
      await this.app.client.host.editDefinition({ environmentId: this.environment.id, file });
    } catch (error) {
      this.failure = error;
    }
  }
}

customElements.define('fw-definition-tab', DefinitionTab);
