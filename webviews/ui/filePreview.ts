/**
 * Shows the beginning of a file as image, table, JSON or text. Everything is
 * put in as text; an image only by its bytes, never as a document.
 */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import type { FilePreview } from '../../protocol/model/run.ts';
import { formatBytes, formatCount } from './format.ts';
import { spellOut } from './name.ts';
import { safeDocument } from './safeDocument.ts';
import { emptyState, stateStyles } from './states.ts';
import { base } from './styles.ts';
import { type TextTable, tableOf } from './tableText.ts';

const shownRows = 500;
const shownLines = 5000;

export class FilePreviewElement extends LitElement {
  static override properties = { preview: { attribute: false }, source: { state: true } };
  declare preview: FilePreview;
  /** Whether a document is shown as its text. */
  declare source: boolean;
  #address = '';

  static override styles = [
    base,
    stateStyles,
    css`
      :host { display: block; height: 100%; overflow: auto; }
      pre { margin: 0; padding: 12px 16px; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; unicode-bidi: plaintext; }
      img { max-width: calc(100% - 32px); margin: 16px; display: block; background: white; border: 1px solid var(--fw-edge); }
      iframe { display: block; width: 100%; height: calc(100% - 40px); min-height: 320px; border: 0; background: white; }
      .cutoff { padding: 6px 16px; color: var(--fw-dim); border-bottom: 1px solid var(--fw-line); }
      th { position: sticky; top: 0; background: var(--vscode-editor-background); }
      td, th { white-space: nowrap; max-width: 320px; overflow: hidden; text-overflow: ellipsis; }
      table { width: auto; margin: 0 8px; }
    `,
  ];

  constructor() {
    super();
    this.source = false;
  }

  override disconnectedCallback(): void {
    URL.revokeObjectURL(this.#address);
    super.disconnectedCallback();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('preview')) return;
    URL.revokeObjectURL(this.#address);
    this.#address = '';
    this.source = false;
    const { content, mediaType } = this.preview;
    if (content.encoding === 'base64' && mediaType.startsWith('image/')) {
      const bytes = Uint8Array.from(atob(content.data), (letter) => letter.charCodeAt(0));
      this.#address = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
    }
  }

  override render() {
    const { preview } = this;
    if (this.#address) return html`<img src=${this.#address} alt=${spellOut(preview.path)} />`;
    if (preview.content.encoding === 'base64') {
      return emptyState({
        icon: 'file',
        title: `No preview of ${preview.mediaType}`,
        hint: `${formatBytes(preview.bytes)}. Download it to look inside.`,
      });
    }
    return html`
      ${preview.truncated ? html`<p class="cutoff">Only the beginning is shown, of ${formatBytes(preview.bytes)}.</p>` : nothing}
      ${this.#shown(preview, preview.content.text)}
    `;
  }

  /** A document stands in a frame that runs nothing and reaches nothing. */
  #shown({ mediaType, truncated, path }: FilePreview, text: string) {
    if (mediaType !== 'text/html' || truncated || text === '') return this.#text(text);
    const toggle = () => {
      this.source = !this.source;
    };
    return html`<p class="cutoff">Shown without its scripts. <button class="plain" @click=${toggle}>${this.source ? 'Show as a page' : 'Show the source'}</button></p>
      ${this.source ? this.#text(text) : html`<iframe sandbox="" title=${spellOut(path)} .srcdoc=${safeDocument(text)}></iframe>`}`;
  }

  #text(text: string) {
    if (text === '') return emptyState({ icon: 'file', title: 'The file is empty', hint: '' });
    const table = tableOf(this.preview.path, text);
    if (table) return this.#table(table);
    const lines = (/\.json$/i.test(this.preview.path) ? readable(text) : text).split('\n');
    return html`
      <pre class="mono">${lines.slice(0, shownLines).join('\n')}</pre>
      ${lines.length > shownLines ? html`<p class="cutoff">${formatCount(lines.length - shownLines)} more lines.</p>` : nothing}
    `;
  }

  #table(rows: TextTable) {
    const [head = [], ...body] = rows;
    return html`<table>
      <thead><tr>${head.map((cell, at) => html`<th class=${isNumeric(body[0]?.[at] ?? '') ? 'number' : ''}>${cell}</th>`)}</tr></thead>
      <tbody>${body.slice(0, shownRows).map((row) => html`<tr>${row.map((cell) => html`<td class=${isNumeric(cell) ? 'number mono' : ''} title=${cell}>${cell}</td>`)}</tr>`)}</tbody>
    </table>
    ${body.length > shownRows ? html`<p class="cutoff">${formatCount(shownRows)} of ${formatCount(body.length)} rows are shown.</p>` : nothing}`;
  }
}

const isNumeric = (cell: string): boolean => cell !== '' && Number.isFinite(Number(cell));

function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

customElements.define('fw-file-preview', FilePreviewElement);
