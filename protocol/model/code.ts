/** Code through time: commits of a project, what they hold, and which run first had a line. */
import * as z from 'zod';
import { commitId, label, person, projectId, relativePath, runId, timestamp } from './common.ts';

export const fileKind = z.enum(['file', 'executable', 'link']);
export type FileKind = z.infer<typeof fileKind>;

export const commitsInput = z.object({
  projectId,
  from: commitId.optional().describe('The newest to list; absent, that of the default branch'),
  limit: z.int().min(1).max(500).default(100),
});
export type CommitsInput = z.infer<typeof commitsInput>;

export const commit = z.object({
  commit: commitId,
  parents: z.array(commitId).readonly(),
  subject: z.string(),
  author: z.string(),
  committedAt: timestamp,
  runs: z.int().nonnegative().describe('How many runs were launched at it, with or without changes on top'),
});
export type Commit = z.infer<typeof commit>;

export const committedFile = z.object({
  path: z.string(),
  id: z.string().describe("Git's id of its content; equal content has equal ids"),
  kind: fileKind,
});
export type CommittedFile = z.infer<typeof committedFile>;

/** Longer files are no code that a person reads line by line. */
export const longestBlamed = 2 ** 20;
/** In characters: a message of the socket must hold it. */
export const longestBlamedText = 300_000;
export const mostBlamedLines = 20_000;

export const blameInput = z.object({
  projectId,
  path: relativePath.min(1, 'a file, from the root of the repository'),
  of: z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.literal('text'),
        text: z.string().max(longestBlamedText, `at most ${longestBlamedText} characters`),
      }),
      z.object({ kind: z.literal('run'), runId }),
      z.object({ kind: z.literal('commit'), commit: commitId }),
    ])
    .describe('Whose lines: those of a text as it is in an editor, of a run, or of a commit'),
});
export type BlameInput = z.infer<typeof blameInput>;

export const blameRun = z.object({
  runId,
  name: label,
  createdBy: person,
  createdAt: timestamp,
  deleted: z.boolean(),
  commit: commitId.describe('Its snapshot'),
  base: commitId.nullable().describe('The commit that the snapshot was taken from'),
  dirty: z.boolean().describe('Whether the snapshot differs from it'),
});
export type BlameRun = z.infer<typeof blameRun>;

export const blame = z.object({
  spans: z
    .array(
      z.object({
        line: z.int().positive(),
        count: z.int().positive(),
        run: z.int().nonnegative().nullable().describe('Which of `runs` first had these lines; null where none had'),
      }),
    )
    .readonly(),
  runs: z.array(blameRun).readonly(),
  searched: z.object({
    commits: z.int().nonnegative().describe('Snapshots of runs that were looked at'),
    versions: z.int().nonnegative().describe('Different versions of the file in them'),
    complete: z.boolean().describe('False where older runs were left out: a line may be older than it says'),
  }),
});
export type Blame = z.infer<typeof blame>;
