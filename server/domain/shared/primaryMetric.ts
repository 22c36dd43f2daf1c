/** The metric that a script's runs are judged by where nobody named one. Pure. */
import { measuresTime, wordsOf } from '../../../protocol/model/metricWords.ts';

/** What tells of unseen data and of success comes before what training lowers. */
const heldOut = /^(test|val|valid|validation|eval|dev|holdout|heldout)$/i;
const success = /^(accuracy|acc|auc|auroc|f1|score|r2|map|ndcg|precision|recall|iou|dice|bleu|rouge|reward|return)$/i;
const training = /^(train|training)$/i;

export function primaryMetric(metrics: readonly { readonly key: string; readonly runs: number }[]): string | null {
  const judged = metrics.filter(({ key }) => !measuresTime(key));
  const most = Math.max(0, ...judged.map(({ runs }) => runs));
  // One that only a few runs have would hide the others.
  const common = judged.filter(({ runs }) => runs * 2 >= most);
  const ranked = common.sort((a, b) => rank(b.key) - rank(a.key) || b.runs - a.runs || (a.key < b.key ? -1 : 1));
  return ranked[0]?.key ?? null;
}

function rank(key: string): number {
  const words = wordsOf(key);
  const has = (pattern: RegExp) => words.some((word) => pattern.test(word));
  return (has(success) ? 4 : 0) + (has(heldOut) ? 2 : 0) - (has(training) ? 1 : 0);
}
