/** How past runs read beside code. Pure. */
import type { MetricValue } from '../../../protocol/model/metric.ts';
import type { ScriptSummary } from '../../../protocol/model/script.ts';
import { agoOf, plainLine, plural } from '../../platform/plainText.ts';

/** Four significant digits: a lens is read in passing. */
export function shortNumber(value: MetricValue): string {
  const number = Number(value);
  if (!Number.isFinite(number) || number === 0) return String(value);
  const size = Math.abs(number);
  return size >= 1e-3 && size < 1e6 ? String(Number(number.toPrecision(4))) : number.toExponential(2);
}

export function scriptTitle({ runs, best, last }: ScriptSummary, now: number): string {
  const parts = [
    plural(runs, 'run'),
    best && `best ${plainLine(best.metric)} ${shortNumber(best.value)}`,
    last && `last by ${plainLine(last.by.name)} ${agoOf(last.at, now)}`,
  ];
  return parts.filter(Boolean).join(' · ');
}

export function scriptTooltip({ runs, considered, best, last }: ScriptSummary): string {
  const lines = [
    'Show these runs in the table',
    best &&
      `Best: ${plainLine(best.name)}, ${plainLine(best.metric)} ${best.value} (${best.direction === 'max' ? 'higher' : 'lower'} is better)`,
    last && `Last: ${plainLine(last.name)}, ${last.state}`,
    considered < runs && `Best of the newest ${considered.toLocaleString('en')}`,
  ];
  return lines.filter(Boolean).join('\n');
}

export function parameterTitle({ values, best }: ScriptSummary['parameters'][number]): string {
  const tried = plural(values, 'value');
  return best === null ? tried : `best run: ${plainLine(best, 30)} · ${tried}`;
}
