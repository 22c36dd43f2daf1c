/** Small pieces that several parts of the panel show. */
import { html, nothing } from 'lit';
import type { RevisionState } from '../../../protocol/model/environment.ts';
import type { DefinitionProblem } from '../../../protocol/model/environmentFiles.ts';
import { icon } from '../../ui/icon.ts';
import { marked } from '../../ui/name.ts';
import { type Look, stateWord } from './words.ts';

export const look = ({ icon: name, text, tone }: Look) =>
  html`<span class="look ${tone}">${icon(name)}<span class="cut">${text}</span></span>`;

export const stateSign = (state: RevisionState) =>
  state === 'active' ? nothing : html`<span class="sign ${state}">${stateWord(state)}</span>`;

const fileNames: Readonly<Record<DefinitionProblem['file'], string>> = {
  devcontainer: 'devcontainer.json',
  dockerfile: 'Dockerfile',
  requirements: 'requirements.txt',
  conda: 'environment.yml',
  renv: 'renv.lock',
};

export function problemList(problems: readonly DefinitionProblem[]) {
  if (problems.length === 0) return nothing;
  return html`<ul class="problems" role="alert">${problems.map(
    ({ file, line, field, message, severity }) =>
      html`<li class="look ${severity === 'error' ? 'bad' : 'warn'}">${icon(severity === 'error' ? 'error' : 'warning')}<span><span class="mono">${fileNames[file]}${line === null ? '' : `:${line}`}</span> ${field === null ? nothing : html`<b>${marked(field)}</b> `}${marked(message)}</span></li>`,
  )}</ul>`;
}
