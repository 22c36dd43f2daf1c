/** Waiting with a deadline, and reading streams to their end. */
import { setTimeout as delay } from 'node:timers/promises';

export async function eventually(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; !(await isSo()); await delay(5)) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`);
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
