/** One found thing: what it is, where it is, the lines that say why, and how much it is used. */
import { html, nothing, type TemplateResult } from 'lit';
import type { SearchHit, SearchLine } from '../../../protocol/model/search.ts';
import { iconButton } from '../../ui/controls.ts';
import { formatAgo, formatTime } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { marked, name, spellOut } from '../../ui/name.ts';
import { kindLooks } from './kinds.ts';

export type HitActions = {
  readonly open: (hit: SearchHit, line?: number) => void;
  /** A new project from it, asked for beside the button. */
  readonly start: (hit: SearchHit, button: HTMLElement) => void;
  readonly key: (event: KeyboardEvent, hit: SearchHit) => void;
  /** The text of the file beneath the hit, where it is shown. */
  readonly preview: (hit: SearchHit) => TemplateResult | typeof nothing;
};

export function hitView(hit: SearchHit, actions: HitActions): TemplateResult {
  const look = kindLooks[hit.kind];
  return html`<li>
    <div class="head">
      ${icon(look.icon, look.one)}
      <button class="title cut" title=${spellOut(hit.title)} @click=${() => actions.open(hit)} @keydown=${(event: KeyboardEvent) => actions.key(event, hit)}>${name(hit.title)}</button>
      <span class="meta">${meta(hit)}</span>
      ${hit.projectId === null ? nothing : startButton(hit, actions)}
    </div>
    ${hit.facts.length > 0 ? html`<div class="facts">${hit.facts.map(spellOut).join(' · ')}</div>` : nothing}
    ${hit.lines.length > 0 ? html`<div class="lines">${hit.lines.map((line) => lineView(hit, line, actions))}</div>` : nothing}
    ${actions.preview(hit)}
  </li>`;
}

function startButton(hit: SearchHit, { start }: HitActions) {
  const label = `Start a project from ${spellOut(hit.title)}…`;
  const onClick = (event: Event) => start(hit, event.currentTarget as HTMLElement);
  return html`<span class="start-from">${iconButton({ icon: 'fork', label, onClick })}</span>`;
}

function meta({ kind, projectName, owner, at, title }: SearchHit) {
  const project = projectName !== null && !(kind === 'project' && projectName === title) ? projectName : null;
  return html`<span>${kindLooks[kind].one}</span>
    ${project === null ? nothing : html`<span class="cut" title=${spellOut(project)}>${name(project)}</span>`}
    ${owner === null || kind === 'person' ? nothing : html`<span class="cut" title=${spellOut(owner.name)}>${name(owner.name)}</span>`}
    ${at === null || kind === 'person' ? nothing : html`<span title=${formatTime(at)}>${formatAgo(at)}</span>`}`;
}

/** Numbers mean something in files alone. */
function lineView(hit: SearchHit, line: SearchLine, { open }: HitActions) {
  const isFile = hit.path !== null;
  const isCode = hit.kind === 'code';
  return html`<button class="line ${isCode ? '' : 'prose'}" tabindex="-1" @click=${() => open(hit, line.line)}>
    ${isFile ? html`<span class="at">${line.line}</span>` : nothing}<span class="cut">${pieces(line)}</span>
  </button>`;
}

function pieces({ text, marks }: SearchLine): readonly unknown[] {
  const shown: unknown[] = [];
  let at = 0;
  for (const { from, to } of marks) {
    shown.push(marked(text.slice(at, from)), html`<mark>${marked(text.slice(from, to))}</mark>`);
    at = to;
  }
  return [...shown, marked(text.slice(at))];
}
