/**
 * A chart as a file: drawn once more, larger, with its title and what its
 * colours mean, in the colours that it has on the screen. Fetched when first
 * wanted.
 */

import { LegendComponent, TitleComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { PanelClient } from '../state/panelClient.ts';
import { type CsvCell, toCsv } from '../ui/csv.ts';
import type { ChartTheme } from './chartTheme.ts';
import { type EChartsCoreOption, init } from './engine.ts';

use([SVGRenderer, TitleComponent, LegendComponent]);

export type ExportKind = 'png' | 'svg' | 'csv';
export type SaveRequest = Parameters<PanelClient['host']['save']>[0];

export type ExportedChart = {
  readonly heading: string;
  /** How many points it shows of how many: stands beneath the title. */
  readonly counts: string;
  readonly option: EChartsCoreOption;
  readonly theme: ChartTheme;
  /** The first row names the columns. */
  readonly table: () => readonly (readonly CsvCell[])[];
};

const size = { width: 960, height: 560 } as const;
const head = 60;
/** Where there are more, colours stand for too many things to be told apart. */
const mostNames = 36;
const namesInRow = 9;

type Parts = {
  readonly grid?: object;
  readonly parallel?: object;
  readonly series?: { readonly name?: string } | readonly { readonly name?: string }[];
};

export function exportChart(kind: ExportKind, chart: ExportedChart): SaveRequest {
  const name = `${fileName(chart.heading)}.${kind}`;
  if (kind === 'csv') return { kind: 'text', name, text: toCsv(chart.table()) };
  if (kind === 'svg') return { kind: 'text', name, text: drawSvg(chart) };
  return { kind: 'bytes', name, base64: drawPng(chart) };
}

function drawSvg(chart: ExportedChart): string {
  const drawn = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    drawn.setOption(titled(chart));
    return drawn.renderToSVGString();
  } finally {
    drawn.dispose();
  }
}

function drawPng(chart: ExportedChart): string {
  const drawn = init(document.createElement('div'), null, { renderer: 'canvas', devicePixelRatio: 2, ...size });
  try {
    drawn.setOption(titled(chart));
    const address = drawn.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: chart.theme.background });
    return address.slice(address.indexOf(',') + 1);
  } finally {
    drawn.dispose();
  }
}

function titled({ heading, counts, option, theme }: ExportedChart): EChartsCoreOption {
  const { grid, parallel, series } = option as Parts;
  const text = { fontFamily: theme.font, fontSize: 11, color: theme.dim };
  const titleText = { fontFamily: theme.font, fontSize: 15, fontWeight: 600, color: theme.foreground };
  const names = [...new Set([series ?? []].flat().flatMap(({ name }) => name ?? []))];
  const legend = names.length > 1 && names.length <= mostNames ? names : [];
  const top = head + Math.ceil(legend.length / namesInRow) * 22;
  return {
    ...option,
    animation: false,
    backgroundColor: theme.background,
    title: { text: heading, subtext: counts, left: 14, top: 8, textStyle: titleText, subtextStyle: text },
    legend: { data: legend, left: 14, right: 14, top: head, textStyle: { ...text, color: theme.foreground } },
    ...(grid && { grid: { ...grid, top, left: 24, right: 24, bottom: 20 } }),
    ...(parallel && { parallel: { ...parallel, top: top + 26 } }),
  };
}

/** Of letters, digits and a few signs, so that it is a name on every system. */
function fileName(heading: string): string {
  const name = heading.replace(/[^\p{L}\p{N} ._@()+-]+/gu, '_').replace(/^[. ]+|[. ]+$/g, '');
  return name.slice(0, 120) || 'chart';
}
