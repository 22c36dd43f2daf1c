/** A run's state as icon, word and colour; never colour alone. */
import { css, html, type TemplateResult } from 'lit';
import type { RunState } from '../../protocol/model/run.ts';
import { type IconName, icon } from './icon.ts';

const looks: Record<RunState, { readonly icon: IconName; readonly word: string }> = {
  queued: { icon: 'clock', word: 'Queued' },
  preparing: { icon: 'turning', word: 'Preparing' },
  starting: { icon: 'turning', word: 'Starting' },
  running: { icon: 'turning', word: 'Running' },
  succeeded: { icon: 'check', word: 'Succeeded' },
  failed: { icon: 'error', word: 'Failed' },
  stopped: { icon: 'stop', word: 'Stopped' },
  lost: { icon: 'question', word: 'Lost' },
};

export const runStateStyles = css`
  .run-state { display: inline-flex; vertical-align: middle; align-items: center; gap: 5px; white-space: nowrap; }
  .run-state svg.icon { width: 14px; height: 14px; }
  .run-state.queued svg, .run-state.stopped svg { color: var(--fw-dim); }
  .run-state.preparing svg, .run-state.starting svg, .run-state.running svg { color: var(--fw-active); animation: fw-turn 1.6s linear infinite; }
  .run-state.succeeded svg { color: var(--fw-good); }
  .run-state.failed svg { color: var(--fw-bad); }
  .run-state.lost svg { color: var(--fw-warn); }
  @keyframes fw-turn { to { transform: rotate(1turn); } }
  @media (prefers-reduced-motion: reduce) { .run-state svg { animation: none !important; } }
`;

export const stateIcon = (state: RunState): TemplateResult => icon(looks[state].icon, looks[state].word);

export const stateWord = (state: RunState): string => looks[state].word;

export function runStateLabel(state: RunState): TemplateResult {
  return html`<span class="run-state ${state}">${icon(looks[state].icon)}${looks[state].word}</span>`;
}
