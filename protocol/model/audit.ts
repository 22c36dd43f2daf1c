/** The event log as an auditor reads it: searched, verified link by link, exported. */
import * as z from 'zod';
import { event, eventType } from '../events.ts';
import { clock, timestamp } from './common.ts';

export const auditFilter = z.object({
  actorId: z.string().max(200).optional().describe('Who did it; "server" for the server itself'),
  object: z.string().max(200).optional().describe('An id that the event is about: a project, a run, a person, …'),
  types: z.array(eventType).max(200).optional(),
  from: timestamp.optional(),
  to: timestamp.optional().describe('Before this time'),
});
export type AuditFilter = z.infer<typeof auditFilter>;

export const auditSearchInput = auditFilter.extend({
  before: clock.optional().describe('Only events before this position: the next page'),
  limit: z.int().min(1).max(500).default(100),
});
export type AuditSearchInput = z.infer<typeof auditSearchInput>;

export const auditPage = z.object({
  events: z.array(event).readonly().describe('Newest first'),
  next: clock.nullable().describe('For `before` of the next page; null on the last one'),
});
export type AuditPage = z.infer<typeof auditPage>;

/** How far verifying is. The last one has `done`. */
export const auditProgress = z.object({
  checked: z.int().nonnegative(),
  total: z.int().nonnegative(),
  done: z.boolean(),
  firstBroken: clock.nullable().describe('The first position that does not follow from what is before it'),
  newestHash: z.string().nullable().describe('Noted elsewhere, it shows later whether events were cut off at the end'),
});
export type AuditProgress = z.infer<typeof auditProgress>;

/** Some lines of JSON, one event a line with its hash, oldest first. */
export const auditLines = z.object({ text: z.string(), events: z.int().nonnegative() });
export type AuditLines = z.infer<typeof auditLines>;
