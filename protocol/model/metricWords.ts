/** What the words of a metric's name say of it, beside its direction. Pure. */
const timeWords = /^(seconds|second|secs|ms|time|duration|latency|elapsed|wall|throughput)$/i;

/** Whether it measures the machine and not the model: two runs of the same are never equal in it. */
export function measuresTime(key: string): boolean {
  return key.startsWith('system/') || wordsOf(key).some((word) => timeWords.test(word));
}

/** `valLoss`, `val_loss` and `val/loss` are two words each. */
export function wordsOf(key: string): readonly string[] {
  return key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/);
}
