/**
 * Cron expressions: when one is due, and what it says in words. The libraries
 * are fetched when the first schedule is looked at. Where clocks are put
 * forward, a time that does not exist runs at the moment after the gap; where
 * they are put back, a time that exists twice runs once.
 */
import type { Cron } from 'croner';
import { DomainError } from '../shared/errors.ts';

/** How many times are counted one by one; beyond that, that there are more is enough to know. */
const counted = 1000;

export class CronTimes {
  readonly #cron: Cron;

  constructor(cron: Cron) {
    this.#cron = cron;
  }

  /** The first time after that one; null when there is none. */
  next(after: number): number | null {
    return this.#cron.nextRun(new Date(after))?.getTime() ?? null;
  }

  nextOnes(after: number, count: number): readonly number[] {
    return this.#cron.nextRuns(count, new Date(after)).map((at) => at.getTime());
  }

  /** The latest times from `first` to `now`, at most so many, oldest first. */
  latest(first: number, now: number, most: number): readonly number[] {
    // The library counts in whole seconds, and up to the given one without it.
    const before = this.#cron.previousRuns(most, new Date(now + 1000)).map((at) => at.getTime());
    return before.filter((at) => at >= first && at <= now).sort((a, b) => a - b);
  }

  /** How many times there are from `first`, which is one, to `now`; it stops counting at a thousand. */
  count(first: number, now: number): number {
    // The usual case, and a thousand steps take a while.
    if ((this.next(first) ?? now + 1) > now) return 1;
    return 1 + this.#cron.nextRuns(counted, new Date(first)).filter((at) => at.getTime() <= now).length;
  }
}

/** Throws `invalid-input` for what is no expression, no time zone, or never comes to be. */
export async function readCron(
  { cron, timezone }: { readonly cron: string; readonly timezone: string },
  now: number,
): Promise<CronTimes> {
  requireZone(timezone);
  const times = new CronTimes(await parse(cron, timezone));
  if (times.next(now) !== null) return times;
  throw new DomainError('invalid-input', `The cron expression ${cron} never fires: no day of the calendar fits it.`, {
    field: 'cron',
    remedy: 'Look at day and month: 30 February, say, does not exist.',
  });
}

async function parse(cron: string, timezone: string): Promise<Cron> {
  const { Cron } = await import('croner');
  const remedy =
    'Give five fields: minute, hour, day of month, month, day of week, as in 0 3 * * 1-5; or @hourly, @daily, @weekly, @monthly, @yearly.';
  if (/^@(minutely|secondly)$/i.test(cron) || cron.split(/\s+/).length > 5) {
    throw new DomainError('invalid-input', 'A schedule fires once a minute at most: there is no field for seconds.', {
      field: 'cron',
      remedy,
    });
  }
  try {
    return new Cron(cron, { timezone, paused: true, mode: '5-part' });
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    throw new DomainError('invalid-input', `${cron} is no cron expression: ${why}`, { field: 'cron', remedy });
  }
}

function requireZone(timezone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw new DomainError('invalid-input', `There is no time zone ${timezone}.`, {
      field: 'timezone',
      remedy: 'Name one of the IANA time zones, as Europe/Vienna or UTC.',
    });
  }
}

/** As "At 03:00, Monday through Friday, Europe/Vienna time". */
export async function cronWords({
  cron,
  timezone,
}: {
  readonly cron: string;
  readonly timezone: string;
}): Promise<string> {
  const { toString: describe } = await import('cronstrue');
  try {
    return `${describe(cron, { use24HourTimeFormat: true })}, ${timezone === 'UTC' ? 'UTC' : `${timezone} time`}`;
  } catch {
    // It says less than the other library reads.
    return `${cron}, ${timezone} time`;
  }
}
