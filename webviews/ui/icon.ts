/** Small line icons on a 16 px grid, drawn in the text's colour. */
import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';

const line = (d: string) =>
  svg`<path d=${d} fill="none" stroke="currentColor" stroke-width="1.2" stroke-linecap="round" stroke-linejoin="round"/>`;

const icons = {
  flywheel: svg`<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.5"/><circle cx="8" cy="8" r="1.7"/>${line('M8 6.2V1.8M9.6 8.9l3.8 2.2M6.4 8.9l-3.8 2.2')}`,
  play: svg`<path d="M4.5 2.8v10.4L13 8z"/>`,
  pause: svg`<rect x="4" y="3.5" width="3" height="9" rx="0.8"/><rect x="9" y="3.5" width="3" height="9" rx="0.8"/>`,
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
  left: line('M10 4l-4 4 4 4'),
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
  star: line('M8 2.2l1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4L2.2 6.5l4-.6z'),
  note: line('M3.5 2.5h9v8l-3 3h-6zM9.5 13.5v-3h3M5.5 5.5h5M5.5 8h3'),
  pin: line('M6 2.5h4l-.4 4 2.4 2.5H4L6.4 6.5zM8 9v4.5'),
  filter: line('M2.5 3h11L9.3 8v4.5l-2.6 1V8z'),
  sliders: line('M2.5 4.5h6M12 4.5h1.5M2.5 11.5H4M7.5 11.5h6M10.2 2.8v3.4M5.8 9.8v3.4'),
  group: line('M2.5 3h11v4h-11zM5 9.5h8.5M5 12.5h8.5'),
  save: line('M3 2.5h8l2.5 2.5v8.5H3zM5.5 2.5v4h5v-4M5.5 13.5v-4h5.5v4'),
  link: line('M6.5 9.5l3-3M7.2 4.6l1.4-1.4a2.6 2.6 0 0 1 4 4l-1.4 1.4M8.8 11.4l-1.4 1.4a2.6 2.6 0 0 1-4-4l1.4-1.4'),
  tag: line('M2.8 2.8h5l5.6 5.6-5 5L2.8 7.8zM5.5 5.5h.1'),
  grip: line('M6 4h.1M10 4h.1M6 8h.1M10 8h.1M6 12h.1M10 12h.1'),
  more: svg`<circle cx="3.5" cy="8" r="1.2"/><circle cx="8" cy="8" r="1.2"/><circle cx="12.5" cy="8" r="1.2"/>`,
  eye: line('M1.8 8s2.3-4 6.2-4 6.2 4 6.2 4-2.3 4-6.2 4-6.2-4-6.2-4zM8 6.3a1.7 1.7 0 1 1 0 3.4a1.7 1.7 0 0 1 0-3.4z'),
  fork: line(
    'M4.5 3.5v4a2 2 0 0 0 2 2h3a2 2 0 0 0 2-2v-4M8 9.5v3M4.5 2a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3M11.5 2a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3M8 11.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3',
  ),
  comment: line('M2.5 3h11v8h-6l-3 2.5V11h-2z'),
  diff: line('M8 2.5v6M5 5.5h6M5 12h6'),
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof icons;

export function icon(name: IconName, title?: string): TemplateResult {
  return title
    ? html`<svg class="icon" viewBox="0 0 16 16" role="img" aria-label=${title}><title>${title}</title>${icons[name]}</svg>`
    : html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${icons[name]}</svg>`;
}
