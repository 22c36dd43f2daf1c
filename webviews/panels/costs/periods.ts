/** Spans of the calendar, in the time zone of whoever looks, and the periods that they are split into. Pure. */
export const spans = ['month', 'lastMonth', 'days30', 'quarter', 'year'] as const;
export type Span = (typeof spans)[number];
export type Unit = 'day' | 'week' | 'month';

export type Periods = {
  readonly unit: Unit;
  /** One period lies between each two. */
  readonly edges: readonly number[];
};

export const spanWords: Readonly<Record<Span, string>> = {
  month: 'This month',
  lastMonth: 'Last month',
  days30: 'Last 30 days',
  quarter: 'This quarter',
  year: 'This year',
};

const dayMs = 86_400_000;

export function periodsOf(span: Span, now: number): Periods {
  const today = new Date(now);
  const month = (offset: number) => new Date(today.getFullYear(), today.getMonth() + offset, 1);
  const day = (offset: number) => new Date(today.getFullYear(), today.getMonth(), today.getDate() + offset);
  const quarter = new Date(today.getFullYear(), Math.floor(today.getMonth() / 3) * 3, 1);
  switch (span) {
    case 'month':
      return split('day', month(0), month(1));
    case 'lastMonth':
      return split('day', month(-1), month(0));
    case 'days30':
      return split('day', day(-29), day(1));
    case 'quarter':
      return split('week', quarter, new Date(quarter.getFullYear(), quarter.getMonth() + 3, 1));
    case 'year':
      return split('month', new Date(today.getFullYear(), 0, 1), new Date(today.getFullYear() + 1, 0, 1));
  }
}

/** By the calendar: a day may have 23 or 25 hours, the first and the last week may be short. */
function split(unit: Unit, from: Date, to: Date): Periods {
  const edges: number[] = [];
  for (let at = from; at < to; at = next(at, unit)) edges.push(at.getTime());
  return { unit, edges: [...edges, to.getTime()] };
}

function next(at: Date, unit: Unit): Date {
  const [year, month, day] = [at.getFullYear(), at.getMonth(), at.getDate()];
  if (unit === 'month') return new Date(year, month + 1, 1);
  if (unit === 'day') return new Date(year, month, day + 1);
  const untilMonday = (8 - at.getDay()) % 7 || 7;
  return new Date(year, month, day + untilMonday);
}

/** What the whole span will cost if it goes on as so far; null once it is over, or before a day of it has passed. */
export function forecast(spent: number, { edges }: Periods, now: number): number | null {
  const [from = 0, to = 0] = [edges[0], edges.at(-1)];
  const elapsed = now - from;
  return now >= to || elapsed < dayMs ? null : (spent * (to - from)) / elapsed;
}

const formats: Readonly<Record<Unit, Intl.DateTimeFormatOptions>> = {
  day: { month: 'short', day: 'numeric' },
  week: { month: 'short', day: 'numeric' },
  month: { month: 'short' },
};

export function periodName(at: number, unit: Unit): string {
  return new Intl.DateTimeFormat('en', formats[unit]).format(at);
}
