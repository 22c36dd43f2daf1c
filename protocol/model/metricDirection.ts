/** Which way a metric is better, by the words of its name. Pure. */
export type Direction = 'min' | 'max';

const lowerIsBetter =
  /^(loss|logloss|error|err|errors|rmse|rmsle|mse|msle|mae|mape|smape|perplexity|ppl|nll|wer|cer|fid|brier|latency|seconds|second|secs|ms|time|duration|cost|divergence|kl|kld|distance|regret|missed|misses|deviance|ece)$/i;
const timeWords = /^(seconds|second|secs|ms|time|duration|latency|elapsed|wall|throughput)$/i;

export function directionOf(key: string): Direction {
  return wordsOf(key).some((word) => lowerIsBetter.test(word)) ? 'min' : 'max';
}

/** Whether it measures the machine and not the model: two runs of the same are never equal in it. */
export function measuresTime(key: string): boolean {
  return key.startsWith('system/') || wordsOf(key).some((word) => timeWords.test(word));
}

/** `valLoss`, `val_loss` and `val/loss` are two words each. */
export function wordsOf(key: string): readonly string[] {
  return key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/);
}
