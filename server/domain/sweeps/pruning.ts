/**
 * Whether a trial that runs is worth going on with, by its metric step by step.
 * Median: Optuna's MedianPruner as documented. ASHA: Li and others, "A System
 * for Massively Parallel Hyperparameter Tuning", MLSys 2020, in the form in
 * which trials are only stopped and never taken up again, as Optuna's
 * SuccessiveHalvingPruner has it. Pure: what was judged is judged once, so the
 * caller keeps up to which step that was.
 */
import { median } from 'simple-statistics';
import type { Pruner } from '../../../protocol/model/sweep.ts';
import { better } from './trial.ts';

export type Point = { readonly step: number; readonly value: number };
/** In the order of the steps, one value each. */
export type Curve = readonly Point[];

export type Watched = { readonly curve: Curve; readonly judged: number | null };
export type Other = { readonly curve: Curve; readonly complete: boolean };
export type PruneQuestion = {
  readonly pruner: Pruner;
  readonly direction: 'minimize' | 'maximize';
  readonly trial: Watched;
  readonly others: readonly Other[];
};

export type Verdict = {
  /** In words, for people; null to go on. */
  readonly because: string | null;
  /** Up to which step it is judged now. */
  readonly judged: number | null;
};

export function judge(question: PruneQuestion): Verdict {
  const { trial, pruner } = question;
  let { judged } = trial;
  if (pruner.kind === 'none') return { because: null, judged };
  const look = pruner.kind === 'median' ? byMedian : byRung;
  for (const [at, { step }] of trial.curve.entries()) {
    if (judged !== null && step <= judged) continue;
    const because = look(question, at);
    judged = step;
    if (because !== null) return { because, judged };
  }
  return { because: null, judged };
}

function byMedian({ pruner, direction, trial, others }: PruneQuestion, at: number): string | null {
  const step = trial.curve[at]?.step ?? 0;
  if (pruner.kind !== 'median' || step < pruner.warmup) return null;
  const ended = others.filter(({ complete }) => complete);
  if (ended.length === 0 || ended.length < pruner.startup) return null;
  if (!isFirstInInterval(trial.curve, at, pruner)) return null;
  const best = bestOf(trial.curve.slice(0, at + 1), direction);
  if (best === null) return `No finite value up to step ${step}.`;
  const there = ended.flatMap(({ curve }) => curve.filter((point) => point.step === step).map(({ value }) => value));
  const values = there.filter(Number.isFinite);
  if (values.length === 0) return null;
  const middle = median(values);
  return better(direction, best, middle) > 0
    ? `Its best value up to step ${step} was ${shown(best)}, and the median of the trials before it ${shown(middle)}.`
    : null;
}

/** Steps need not be one apart: of those within an interval the first is looked at. */
function isFirstInInterval(curve: Curve, at: number, { warmup, interval }: { warmup: number; interval: number }) {
  const place = (step: number) => Math.floor((step - warmup) / interval);
  const [before, now] = [curve[at - 1], curve[at]];
  return before === undefined || now === undefined || before.step < warmup || place(before.step) < place(now.step);
}

function bestOf(curve: Curve, direction: 'minimize' | 'maximize'): number | null {
  const finite = curve.map(({ value }) => value).filter(Number.isFinite);
  return finite.length === 0 ? null : finite.reduce((a, b) => (better(direction, a, b) <= 0 ? a : b));
}

/** At each rung that the step reaches: it goes on when it is among the best of those that got there, one in `factor`. */
function byRung(question: PruneQuestion, at: number): string | null {
  const { pruner, trial } = question;
  const [point, before] = [trial.curve[at], trial.curve[at - 1]];
  if (pruner.kind !== 'asha' || !point) return null;
  for (let height = pruner.resource; height <= point.step; height *= pruner.factor) {
    // Where the point before stood on this rung already, it was judged there.
    const isNew = before === undefined || before.step < height;
    const because = isNew ? atRung(question, point, { height, factor: pruner.factor }) : null;
    if (because !== null) return because;
  }
  return null;
}

type Rung = { readonly height: number; readonly factor: number };

function atRung({ direction, others }: PruneQuestion, { step, value }: Point, { height, factor }: Rung): string | null {
  if (!Number.isFinite(value)) return `No finite value at step ${step}.`;
  const there = others.flatMap(({ curve }) => curve.find((point) => point.step >= height)?.value ?? []);
  const ranked = [...there.filter(Number.isFinite), value].sort((a, b) => better(direction, a, b));
  const last = ranked[Math.max(Math.floor(ranked.length / factor) - 1, 0)] ?? value;
  if (better(direction, value, last) <= 0) return null;
  return `At step ${step} its value ${shown(value)} was not among the best of ${ranked.length}, down to ${shown(last)}.`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}
