/** What a change is told as in the event log: fields with what they were and became, bounded. Pure. */
import type { FlywheelEvent } from '../../../protocol/events.ts';

/** Values by field; null is absent. Fields that an update leaves alone are undefined. */
export type Texts = Readonly<Record<string, string | null | undefined>>;

/** An event is small however much was written; `more` counts what it leaves out. */
const limits = { fields: 20, length: 200 } as const;

/** `from:FIELD` and `to:FIELD` of what really differs; null when nothing does. */
export function changedValues(before: Texts, after: Texts): FlywheelEvent['detail'] | null {
  const changed = Object.entries(after).filter(
    ([field, value]) => value !== undefined && value !== (before[field] ?? null),
  );
  if (changed.length === 0) return null;
  const shown = changed
    .slice(0, limits.fields)
    .flatMap(([field, value]) => [
      [`from:${field}`, cut(before[field] ?? null)] as const,
      [`to:${field}`, cut(value ?? null)] as const,
    ]);
  const more = changed.length - limits.fields;
  return { ...Object.fromEntries(shown), ...(more > 0 && { more }) };
}

/** Tags as fields of a change. */
export function asTags(tags: Texts | readonly (readonly [string, string | null])[]): Texts {
  const entries = Array.isArray(tags) ? (tags as readonly (readonly [string, string | null])[]) : Object.entries(tags);
  return Object.fromEntries(entries.map(([key, value]) => [`tag ${key}`, value]));
}

function cut(text: string | null): string | null {
  return text !== null && text.length > limits.length ? `${text.slice(0, limits.length - 1)}…` : text;
}
