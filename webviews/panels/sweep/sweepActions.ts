/** What can be done with a sweep as it is now. */
import { html, nothing } from 'lit';
import type { Sweep } from '../../../protocol/model/sweep.ts';
import { button } from '../../ui/controls.ts';

export type SweepAct = 'pause' | 'resume' | 'stop' | 'budget' | 'best';

/** Ends after which it can go on as it is; a budget that is used up has to be extended. */
const resumable = ['stopped-by-user', 'failing', 'refused'];

export function actsOf({ origin, state, reason, best }: Sweep): readonly SweepAct[] {
  if (origin === 'optuna') return [];
  const isOpen = state === 'running' || state === 'paused';
  const canResume = state === 'paused' || (state === 'ended' && resumable.includes(reason ?? ''));
  return [
    ...(state === 'running' ? (['pause'] as const) : []),
    ...(canResume ? (['resume'] as const) : []),
    ...(isOpen ? (['stop'] as const) : []),
    ...(state === 'ending' ? [] : (['budget'] as const)),
    ...(best === null ? [] : (['best'] as const)),
  ];
}

export function sweepActions(sweep: Sweep, onAct: (act: SweepAct) => void) {
  const acts = actsOf(sweep);
  if (acts.length === 0) return nothing;
  const looks = {
    pause: { label: 'Pause', icon: 'pause', title: 'Begin no more trials; those that run go on' },
    resume: { label: 'Resume', icon: 'play', title: 'Begin trials again' },
    stop: { label: 'Stop', icon: 'stop', title: 'End it, and stop the trials that run' },
    budget: { label: sweep.state === 'ended' ? 'Extend budget' : 'Budget', icon: 'sliders', title: 'What it may use' },
    best: { label: 'Launch best again', icon: 'restore', title: 'As a run of its own, with the same parameters' },
  } as const;
  return html`${acts.map((act) => button({ ...looks[act], onClick: () => onAct(act) }))}`;
}
