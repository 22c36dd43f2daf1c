/** Waits for a condition, and says what was waited for when it does not come. */
import { setTimeout as sleep } from 'node:timers/promises';

export async function until<T>(
  what: string,
  read: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  ms = 30_000,
): Promise<T> {
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    const value = await read();
    if (value) return value;
    await sleep(50);
  }
  throw new Error(`waited ${ms} ms in vain: ${what}`);
}
