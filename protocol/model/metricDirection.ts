/**
 * Whether a metric is better low or high, by the words in its name. A guess
 * that an experiment overrules with the tag `flywheel.direction.KEY`. The one
 * place that knows the words.
 */

export type MetricDirection = 'min' | 'max';

/** The tag of an experiment that says `min` or `max` of one metric: this and the key. */
export const directionTagPrefix = 'flywheel.direction.';

const lowIsGood = new Set(
  (
    'loss losses error errors err rmse rmsle mse msle mae mape smape wape mase deviance perplexity ppl nll bpb bpc ' +
    'logloss crossentropy divergence kl kld wer cer eer fpr fnr fdr brier ece mce regret fid lpips distance hausdorff ' +
    'hinge inertia latency duration elapsed time seconds ms runtime cost penalty residual violations misclassified'
  ).split(' '),
);

/** Whoever prefers a lower value writes it negated, as in `neg_log_loss`. */
const turning = new Set(['neg', 'negative', 'negated', 'inverse']);

/** `valLoss`, `val/loss` and `val_loss` are the same words. */
function wordsOf(key: string): readonly string[] {
  return key
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
}

export function directionOf(key: string): MetricDirection {
  const words = wordsOf(key);
  const isLow = words.some((word) => lowIsGood.has(word));
  return isLow && !words.some((word) => turning.has(word)) ? 'min' : 'max';
}

/** The direction that tags of an experiment give a metric; undefined when they say nothing of it. */
export function taggedDirection(tags: Readonly<Record<string, string>>, key: string): MetricDirection | undefined {
  const tag = `${directionTagPrefix}${key}`;
  const said = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
  return said === 'min' || said === 'max' ? said : undefined;
}
