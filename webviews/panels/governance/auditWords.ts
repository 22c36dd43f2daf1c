/** What an event is about, in few words. Pure. */
import type { FlywheelEvent } from '../../../protocol/events.ts';

/** The name of the thing first where it has one, then ids and facts. */
export function objectsOf({ subject, detail }: Pick<FlywheelEvent, 'subject' | 'detail'>): readonly string[] {
  const { name, ...facts } = detail;
  const ids = Object.entries(subject).map(([key, id]) => `${key.replace(/Id$/, '')} ${id}`);
  const rest = Object.entries(facts)
    .filter(([, value]) => value !== null && value !== '')
    .map(([key, value]) => `${key}: ${value}`);
  return [...(typeof name === 'string' && name !== '' ? [name] : []), ...ids, ...rest];
}

/** The beginning of a day as `2026-04-01` in the time zone of whoever looks, so many days on. */
export function timeOf(day: string, days = 0): number {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + days).getTime();
}
