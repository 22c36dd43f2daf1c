/** The head of a run's column: its name and state, and what can be done with the column. */
import { html, nothing } from 'lit';
import type { Run } from '../../../protocol/model/run.ts';
import { iconButton } from '../../ui/controls.ts';
import { name, spellOut } from '../../ui/name.ts';
import { stateIcon } from '../../ui/runState.ts';

export type RunHeadActions = {
  readonly open: () => void;
  readonly makeBaseline: () => void;
  readonly move: (by: -1 | 1) => void;
  /** Null where too few would stay. */
  readonly remove: (() => void) | null;
};

export type RunHeadOf = {
  readonly id: string;
  readonly run: Run | undefined;
  readonly problem: string | null;
  readonly isBaseline: boolean;
};

export function runHead(
  { id, run, problem, isBaseline }: RunHeadOf,
  { open, makeBaseline, move, remove }: RunHeadActions,
) {
  const word = run ? spellOut(run.name) : id;
  return html`<div class="run-head">
    ${run ? html`<span class="row run-state ${run.state}">${stateIcon(run.state)}<a class="cut" tabindex="0" role="link" title=${word} @click=${open} @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && open()}>${name(run.name)}</a></span>` : html`<span class="cut error" title=${problem ?? ''}>${problem}</span>`}
    <span class="row tools">
      ${isBaseline ? html`<span class="baseline">Baseline</span>` : iconButton({ icon: 'pin', label: `Compare the others with ${word}`, onClick: makeBaseline, disabled: !run })}
      <span class="grow"></span>
      ${iconButton({ icon: 'left', label: `Move ${word} to the left`, onClick: () => move(-1) })}
      ${iconButton({ icon: 'right', label: `Move ${word} to the right`, onClick: () => move(1) })}
      ${remove ? iconButton({ icon: 'close', label: `Remove ${word}`, onClick: remove }) : nothing}
    </span>
  </div>`;
}
