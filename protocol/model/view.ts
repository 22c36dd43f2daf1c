/** A saved view: how a table of runs is laid out, filtered, sorted and grouped, under a name, with a link that opens it. */
import * as z from 'zod';
import { experimentId, label, person, projectId, timestamp } from './common.ts';

export const viewId = z
  .string()
  .regex(/^[0-9a-f-]{8,64}$/, 'the id of a saved view')
  .describe('View id');

/** How a column shows its numbers. */
export const columnLooks = ['plain', 'bar', 'curve'] as const;
export const columnLook = z.enum(columnLooks);
export type ColumnLook = z.infer<typeof columnLook>;

/** Ids are the panel's own, as `metric:loss`; what an experiment does not have is passed over. */
const columnId = z.string().min(1).max(600);

export const viewColumn = z.object({
  id: columnId,
  width: z.number().min(20).max(4000).nullable(),
  pinned: z.enum(['left', 'right']).nullable(),
  look: columnLook,
});
export type ViewColumn = z.infer<typeof viewColumn>;

export const viewSort = z.object({ id: columnId, direction: z.enum(['asc', 'desc']) });
export type ViewSort = z.infer<typeof viewSort>;

const chartSetting = z.union([
  z.string().max(2000),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.string().max(600)).max(200),
]);

/** Checked where it is saved and where it is opened: a view of an older version is carried over, or refused by name. */
export const viewContent = z.object({
  version: z.literal(1),
  columns: z.array(viewColumn).max(2000).readonly(),
  sort: z.array(viewSort).max(10).readonly(),
  filter: z.string().max(100_000),
  runs: z.enum(['active', 'deleted']),
  groupBy: z.array(columnId).max(3).readonly(),
  charts: z.record(z.string().max(100), chartSetting).default({}),
});
export type ViewContent = z.infer<typeof viewContent>;

export const savedView = z.object({
  id: viewId,
  projectId,
  experimentId: experimentId.describe('Where it was made, and where its link leads'),
  name: label,
  shared: z.boolean().describe('Whether everyone in the project sees it'),
  owner: person,
  createdAt: timestamp,
  updatedAt: timestamp,
  content: viewContent,
  editable: z.boolean().describe('Whether you may change and delete it'),
});
export type SavedView = z.infer<typeof savedView>;

export const createViewInput = z.object({
  experimentId,
  name: label,
  shared: z.boolean().default(false),
  content: viewContent,
});
export type CreateViewInput = z.infer<typeof createViewInput>;

export const updateViewInput = z.object({
  viewId,
  name: label.optional(),
  shared: z.boolean().optional(),
  content: viewContent.optional(),
});
export type UpdateViewInput = z.infer<typeof updateViewInput>;
