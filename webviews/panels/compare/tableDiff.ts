/** A table with the cells marked that are others than in the baseline's, at the same place. */
import { html } from 'lit';
import { spellOut } from '../../ui/name.ts';
import type { TextTable } from '../../ui/tableText.ts';

const shownRows = 200;

export function tableDiff(old: TextTable, now: TextTable) {
  const rows = Math.max(old.length, now.length);
  const width = Math.max(0, ...[...old, ...now].slice(0, shownRows).map((row) => row.length));
  const places = Array.from({ length: Math.min(rows, shownRows) }, (_, at) => at);
  const columns = Array.from({ length: width }, (_, at) => at);
  return html`<div class="table"><table><tbody>
    ${places.map((row) => html`<tr>${columns.map((column) => cell(old[row]?.[column], now[row]?.[column]))}</tr>`)}
  </tbody></table>${rows > shownRows ? html`<p class="dim">${shownRows} of ${rows} rows are shown.</p>` : ''}</div>`;
}

function cell(before: string | undefined, now: string | undefined) {
  const look = isNumeric(now ?? before ?? '') ? 'number mono' : '';
  if (before === now) return html`<td class=${look}>${now}</td>`;
  const words = before === undefined ? 'Not in the baseline' : `Was ${before === '' ? 'empty' : spellOut(before)}`;
  return html`<td class="changed ${look}" title=${words}>≠ ${now ?? html`<s>${before}</s>`}</td>`;
}

const isNumeric = (cell: string): boolean => cell !== '' && Number.isFinite(Number(cell));
