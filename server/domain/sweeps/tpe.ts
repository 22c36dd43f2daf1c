/**
 * The tree-structured Parzen estimator: Bergstra, Bardenet, Bengio and Kégl,
 * "Algorithms for Hyper-Parameter Optimization", NIPS 2011, section 4, each
 * parameter by itself. The numbers are the documented defaults of Optuna's
 * TPESampler: 24 candidates, the best tenth of the trials and 25 at most count
 * as good, older trials weigh less from the 26th on, a prior of weight 1.
 * Trials that run are not looked at. Pure.
 */
import type { ParameterValue, SearchedParameter } from '../../../protocol/model/sweep.ts';
import { choiceDensity, type Density, numericDensity } from './parzen.ts';
import type { Random } from './random.ts';
import { better, type Trial } from './trial.ts';

const candidates = 24;
const mostGood = 25;
const goodPart = 0.1;

export type TpeHistory = { readonly trials: readonly Trial[]; readonly direction: 'minimize' | 'maximize' };

/** Of some values drawn where good trials are, the one that is most like them and least like the others. */
export function learnt(parameter: SearchedParameter, history: TpeHistory, random: Random): ParameterValue {
  const { good, bad } = split(history, parameter.name);
  const [likeGood, likeBad] = [densityOf(parameter, good), densityOf(parameter, bad)];
  let best: { readonly value: ParameterValue; readonly gain: number } | null = null;
  for (let drawn = 0; drawn < candidates; drawn += 1) {
    const value = likeGood.draw(random);
    const gain = likeGood.log(value) - likeBad.log(value);
    if (best === null || gain > best.gain) best = { value, gain };
  }
  return best?.value ?? likeGood.draw(random);
}

function densityOf(parameter: SearchedParameter, observed: readonly ParameterValue[]): Density {
  const weights = weightsOf(observed.length);
  if (parameter.kind === 'choice') return choiceDensity(parameter.values, observed, weights);
  return numericDensity(parameter, observed.map(Number), weights);
}

/** Values of the parameter in the order of the trials, the good apart from the others. */
function split({ trials, direction }: TpeHistory, name: string) {
  const known = trials.filter(({ outcome, given }) => isKnown(outcome) && given[name] !== undefined);
  const ranked = known.toSorted((a, b) => rank(a) - rank(b) || laterStep(a, b) || byValue(a, b, direction));
  const isGood = new Set(ranked.slice(0, Math.min(Math.ceil(goodPart * known.length), mostGood)));
  const values = (wanted: boolean) =>
    known
      .filter((trial) => isGood.has(trial) === wanted)
      .toSorted((a, b) => a.number - b.number)
      .map(({ given }) => given[name] ?? '');
  return { good: values(true), bad: values(false) };
}

const isKnown = (outcome: Trial['outcome']) => outcome === 'complete' || outcome === 'pruned';

/** Whatever was stopped early is worse than what was not; of those that were, the one that came further is better. */
function rank({ outcome }: Trial): number {
  return outcome === 'complete' ? 0 : 1;
}

function laterStep(a: Trial, b: Trial): number {
  return a.outcome === 'complete' ? 0 : (b.step ?? -Infinity) - (a.step ?? -Infinity) || 0;
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
