/** Identifiers, times and small shapes that every part of the model uses. */
import * as z from 'zod';

/** A name that people choose and that stands in addresses: lower case, digits, hyphens. */
export const slug = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'lower-case letters, digits and hyphens, 1 to 63 characters, no hyphen at either end',
  );

export const projectId = slug.describe('Project id');
export const environmentId = slug.describe('Environment id');
export const tierId = slug.describe('Hardware tier id');
export const userId = slug.describe('User id');
/** As MLflow writes them: 32 lower-case hex for new ones, a wider set accepted from clients. */
export const runId = z
  .string()
  .regex(/^[a-zA-Z0-9][\w-]{0,255}$/, 'letters, digits, _ and -')
  .describe('Run id');
export const experimentId = z
  .string()
  .regex(/^[a-zA-Z0-9][\w-]{0,63}$/, 'letters, digits, _ and -')
  .describe('Experiment id');
export const commitId = z
  .string()
  .regex(/^[0-9a-f]{40}$/, '40 lower-case hex digits')
  .describe('Git commit');

/** Milliseconds since 1970 UTC. */
export const timestamp = z.int().nonnegative().describe('Milliseconds since 1970-01-01 UTC');
/** Position in the event log: strictly increasing, 0 before the first event. */
export const clock = z.int().nonnegative().describe('Position in the event log');

/** Text shown in one line; never markup. */
export const label = z.string().trim().min(1).max(200);
/** Longer text, Markdown where a panel renders it. */
export const note = z.string().max(20_000);

/** A path inside a run, snapshot or artifact tree: relative, forward slashes, no `.` or `..` segments. */
export const relativePath = z
  .string()
  .max(4096)
  .refine(isSafeRelativePath, 'a relative path with forward slashes and no . or .. segments');

/** Whether a path stays inside its root on every platform. The empty path is the root. */
export function isSafeRelativePath(path: string): boolean {
  if (path === '') return true;
  // Control characters, drive letters, alternate streams and backslashes are refused, never cleaned.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is being refused
  if (/[\u0000-\u001f\u007f\\:]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[. ]$/.test(part));
}

/**
 * Whether a symbolic link at a path inside a tree stays in that tree: `..` may
 * only lead its target, where it climbs real folders; after a name it could
 * climb out through another link.
 */
export function isSafeLinkTarget(path: string, target: string): boolean {
  const parts = target.split('/');
  const down = parts.findIndex((part) => part !== '..');
  const climbs = down === -1 ? parts.length : down;
  const depth = path.split('/').length - 1;
  const rest = parts.slice(climbs).filter((part) => part !== '.' && part !== '');
  return target !== '' && !target.startsWith('/') && climbs <= depth && isSafeRelativePath(rest.join('/'));
}

/** Something that lists in pages: `next` is absent on the last one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item).readonly(), next: z.string().optional() });
}

/** A person as shown beside what they did. */
export const person = z.object({ id: z.string(), name: z.string() });
export type Person = z.infer<typeof person>;
