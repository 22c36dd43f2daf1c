/** A parameter's past values as the text of a hover. What people named never becomes markup. Pure. */
import type { ParameterEffect, ScriptRef } from '../../../protocol/model/script.ts';
import type { CommandId } from '../../platform/commandIds.ts';
import { agoOf, plainLine, plural } from '../../platform/plainText.ts';
import { type ChartColors, effectChart, effectInWords } from './effectChart.ts';
import { shortNumber } from './words.ts';

export const hoverCommand = 'flywheel.scripts.showRuns' satisfies CommandId;

type Value = ParameterEffect['values'][number];
type Look = { readonly place: ScriptRef; readonly colors: ChartColors; readonly now: number };

const shownValues = 6;

/** Null where no run has the parameter. */
export function effectText(effect: ParameterEffect, look: Look): string | null {
  const { parameter, metric, direction, values, distinct } = effect;
  if (parameter === null) return null;
  const judged =
    metric === null ? '' : ` · ${escapeMarkdown(metric)}, ${direction === 'max' ? 'higher' : 'lower'} is better`;
  const chart = effectChart(effect, look.colors);
  const picture = chart && `![${altText(effectInWords(effect))}](${dataUri(chart)})`;
  const rows = orderOf(values, direction).slice(0, shownValues);
  const left = distinct - rows.length;
  return [
    `**${escapeMarkdown(parameter)}** in past runs${judged}`,
    picture,
    [heading(metric), ...rows.map((row) => rowOf(row, { ...look, parameter, metric }))].join('\n'),
    [left > 0 ? `${plural(left, 'more value')}` : '', link('Show the runs', look.place)].filter(Boolean).join(' · '),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** The best mean first; values without one as they come. */
function orderOf(values: readonly Value[], direction: 'min' | 'max'): readonly Value[] {
  const sign = direction === 'max' ? -1 : 1;
  const rank = ({ mean }: Value) => (mean === null ? Number.POSITIVE_INFINITY : sign * mean);
  return [...values].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}

function heading(metric: string | null): string {
  const judged = metric === null ? '' : ` mean ${escapeMarkdown(metric)} | range |`;
  return `| value | runs |${judged} last |\n|:--|--:|${metric === null ? '' : '--:|:--|'}:--|`;
}

type Row = Look & { readonly parameter: string; readonly metric: string | null };

function rowOf(row: Value, { place, parameter, metric, now }: Row): string {
  const { value, runs, mean, low, high } = row;
  const range = low === null || high === null || low === high ? '' : `${shortNumber(low)} – ${shortNumber(high)}`;
  const judged = metric === null ? [] : [mean === null ? '–' : shortNumber(mean), measuredOf(row, range)];
  const cells = [link(value === '' ? '(empty)' : value, { ...place, parameter, value }), String(runs), ...judged];
  return `| ${[...cells, agoOf(row.lastAt, now)].join(' | ')} |`;
}

function measuredOf({ runs, measured }: Value, range: string): string {
  if (measured === runs) return range;
  return measured === 0 ? 'none measured' : `${range} (${measured} measured)`.trim();
}

function link(text: string, argument: unknown): string {
  const given = encodeURIComponent(JSON.stringify([argument])).replace(/[()']/g, escapeByte);
  return `[${escapeMarkdown(text)}](command:${hoverCommand}?${given})`;
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}

/** Taken as it stands, escapes and all: what could end it is left out. */
function altText(text: string): string {
  return plainLine(text, 200).replace(/[[\]()<>\\`*_]/g, ' ');
}

function dataUri(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

export function escapeMarkdown(text: string): string {
  return plainLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+\-.!|>~$:]/g, '\\$&');
}
