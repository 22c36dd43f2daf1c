/** The month that we have, in the time zone of whoever looks, and what it will come to. Pure. */
export type Month = { readonly from: number; readonly to: number };

const day = 86_400_000;

export function monthOf(now: number): Month {
  const today = new Date(now);
  const first = (offset: number) => new Date(today.getFullYear(), today.getMonth() + offset, 1).getTime();
  return { from: first(0), to: first(1) };
}

/** What the month will cost if it goes on as so far; null before a day of it has passed. */
export function forecastOf(spent: number, { from, to }: Month, now: number): number | null {
  const elapsed = now - from;
  return elapsed < day || now >= to ? null : (spent * (to - from)) / elapsed;
}
