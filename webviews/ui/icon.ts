/** Small line icons on a 16 px grid, drawn in the text's colour. */
import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';

const line = (d: string) =>
  svg`<path d=${d} fill="none" stroke="currentColor" stroke-width="1.2" stroke-linecap="round" stroke-linejoin="round"/>`;

const icons = {
  flywheel: svg`<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.5"/><circle cx="8" cy="8" r="1.7"/>${line('M8 6.2V1.8M9.6 8.9l3.8 2.2M6.4 8.9l-3.8 2.2')}`,
  play: svg`<path d="M4.5 2.8v10.4L13 8z"/>`,
  stop: svg`<rect x="4" y="4" width="8" height="8" rx="1"/>`,
  copy: line('M5.5 5.5h7v8h-7zM3.5 10.5v-8h7'),
  download: line('M8 2.5v7.5M5 7.2 8 10.2l3-3M3 13.2h10'),
  search: line('M7 2.8a4.2 4.2 0 1 1 0 8.4a4.2 4.2 0 0 1 0-8.4zM10.2 10.2l3.3 3.3'),
  close: line('M4 4l8 8M12 4l-8 8'),
  add: line('M8 3v10M3 8h10'),
  check: line('M3.2 8.4l3.2 3.2 6.4-7'),
  up: line('M4 10l4-4 4 4'),
  down: line('M4 6l4 4 4-4'),
  right: line('M6 4l4 4-4 4'),
  folder: line('M2 4.2h4l1.4 1.6H14v7H2z'),
  file: line('M4 2h5l3 3v9H4zM9 2v3h3'),
  warning: line('M8 2.5l6 10.8H2zM8 6.5v3.2M8 11.4v.2'),
  error: line('M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM6 6l4 4M10 6l-4 4'),
  info: line('M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 7.2v4M8 5v.2'),
  clock: line('M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.6V8l2.4 1.6'),
  ring: line('M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11z'),
  turning: line('M8 2.5a5.5 5.5 0 1 1-5.5 5.5'),
  question: line('M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM6.4 6.4c0-2 3.2-2 3.2 0c0 1.2-1.6 1.2-1.6 2.6M8 11.2v.1'),
  chart: line('M2.5 2.5v11h11M4.5 10.5l2.8-3.4 2.2 1.8 3.6-4.6'),
  columns: line('M2.5 3h11v10h-11zM6.2 3v10M9.9 3v10'),
  trash: line('M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.6 9h5.8l.6-9'),
  restore: line('M3 8a5 5 0 1 0 1.6-3.7M3 2.8v2.6h2.6'),
  edit: line('M3 13l.6-2.8L11 2.8l2.2 2.2-7.4 7.4z'),
  diff: line('M8 2.5v6M5 5.5h6M5 12h6'),
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof icons;

export function icon(name: IconName, title?: string): TemplateResult {
  return title
    ? html`<svg class="icon" viewBox="0 0 16 16" role="img" aria-label=${title}><title>${title}</title>${icons[name]}</svg>`
    : html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${icons[name]}</svg>`;
}
