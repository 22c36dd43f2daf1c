/**
 * The tree-structured Parzen estimator: Bergstra, Bardenet, Bengio and Kégl,
 * "Algorithms for Hyper-Parameter Optimization", NIPS 2011, section 4, over
 * several parameters at once as Falkner, Klein and Hutter do it in "BOHB", ICML
 * 2018. The numbers are the documented defaults of Optuna's TPESampler: 24
 * candidates, the best tenth of the trials and 25 at most count as good, older
 * trials weigh less from the 26th on, a prior of weight 1, and trials that run
 * count as bad so that others are not given the same. Pure.
 */
import type { ParameterValues, SearchedParameter } from '../../../protocol/model/sweep.ts';
import { mixtureOf } from './parzen.ts';
import type { Random } from './random.ts';
import { better, isOver, type Trial } from './trial.ts';

const candidates = 24;
const mostGood = 25;
const goodPart = 0.1;

export type TpeHistory = { readonly trials: readonly Trial[]; readonly direction: 'minimize' | 'maximize' };

/** Of some values drawn where good trials are, those that are most like them and least like the others. */
export function learnt(parameters: readonly SearchedParameter[], history: TpeHistory, random: Random): ParameterValues {
  const { good, bad } = split(history, parameters);
  const likeGood = mixtureOf(parameters, good, weightsOf(good.length));
  const likeBad = mixtureOf(parameters, bad, weightsOf(bad.length));
  let best: { readonly values: ParameterValues; readonly gain: number } | null = null;
  for (let drawn = 0; drawn < candidates; drawn += 1) {
    const values = likeGood.draw(random);
    const gain = likeGood.log(values) - likeBad.log(values);
    if (best === null || gain > best.gain) best = { values, gain };
  }
  return best?.values ?? likeGood.draw(random);
}

/** Trials that have all of the parameters, in their order, the good ones apart from the others. */
function split({ trials, direction }: TpeHistory, parameters: readonly SearchedParameter[]) {
  const known = trials.filter(
    (trial) => rank(trial) !== null && parameters.every(({ name }) => trial.given[name] !== undefined),
  );
  const ended = known.filter(isOver).length;
  const ranked = known.toSorted(
    (a, b) => (rank(a) ?? 0) - (rank(b) ?? 0) || laterStep(a, b) || byValue(a, b, direction),
  );
  const isGood = new Set(ranked.slice(0, Math.min(Math.ceil(goodPart * ended), mostGood)));
  const given = (wanted: boolean) =>
    known
      .filter((trial) => isGood.has(trial) === wanted)
      .toSorted((a, b) => a.number - b.number)
      .map((trial) => trial.given);
  return { good: given(true), bad: given(false) };
}

/** Best first; null for what tells nothing. Whatever was stopped early is worse than what was not, and what runs worse still. */
function rank({ outcome }: Trial): number | null {
  switch (outcome) {
    case 'complete':
      return 0;
    case 'pruned':
      return 1;
    case 'waiting':
    case 'running':
      return 2;
    default:
      return null;
  }
}

/** Of those that were stopped early the one that came further is better. */
function laterStep(a: Trial, b: Trial): number {
  return a.outcome === 'complete' ? 0 : (b.step ?? -1) - (a.step ?? -1);
}

function byValue(a: Trial, b: Trial, direction: TpeHistory['direction']): number {
  if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
  return better(direction, a.value, b.value);
}

/** The newest 25 in full, those before them less and less, down to one in as many as there are. */
function weightsOf(count: number): readonly number[] {
  const older = count - mostGood;
  if (older <= 0) return Array.from({ length: count }, () => 1);
  const first = 1 / count;
  const ramp = Array.from({ length: older }, (_, at) =>
    older === 1 ? first : first + ((1 - first) * at) / (older - 1),
  );
  return [...ramp, ...Array.from({ length: mostGood }, () => 1)];
}
