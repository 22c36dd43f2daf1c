/** Finding prior work: what is asked, what a hit is, and how the found is counted. */
import * as z from 'zod';
import { person, projectId, timestamp } from './common.ts';
import { mostRanked } from './searchLimits.ts';

export const searchKinds = [
  'project',
  'document',
  'notebook',
  'code',
  'run',
  'experiment',
  'model',
  'environment',
  'person',
  'comment',
] as const;
export const searchKind = z.enum(searchKinds);
export type SearchKind = z.infer<typeof searchKind>;

/** More than anybody types; a longer text is refused, not cut. */
export const longestQuestion = 20_000;
/** Words beyond these are left out of the search, and the answer says so. */
export const mostWords = 32;

const questionText = z
  .string()
  .max(longestQuestion, `at most ${longestQuestion} characters: search for the few words that matter`);

export const searchInput = z.object({
  text: questionText.describe(
    'Words, "phrases", beginnings* and filters: project: owner: kind: lang: metric:NAME>VALUE; a minus before any of them excludes it',
  ),
  kinds: z.array(searchKind).max(searchKinds.length).default([]).describe('Only these; counts tell of all'),
  offset: z.int().min(0).max(mostRanked).default(0),
  limit: z.int().min(1).max(100).default(20),
});
export type SearchInput = z.infer<typeof searchInput>;

/** A line of what was found, with what to mark in it: `to` is exclusive. */
export const searchLine = z.object({
  line: z.int().positive(),
  text: z.string(),
  marks: z.array(z.object({ from: z.int(), to: z.int() })).readonly(),
});
export type SearchLine = z.infer<typeof searchLine>;

export const searchHit = z.object({
  id: z.string().describe('For `search.read`'),
  kind: searchKind,
  title: z.string(),
  projectId: projectId.nullable().describe('Null for environments and people, which belong to no project'),
  projectName: z.string().nullable(),
  owner: person.nullable(),
  at: timestamp.nullable().describe('When it was last changed, as far as that is known'),
  path: z.string().nullable().describe('Of a file'),
  lang: z.string().nullable(),
  runId: z
    .string()
    .nullable()
    .describe('Of a run, a run that has this file in its code, or the run that a comment is on'),
  experimentId: z.string().nullable(),
  modelName: z.string().nullable(),
  atHead: z.boolean().describe('Of a file: whether the default branch has it so'),
  lines: z.array(searchLine).readonly(),
  facts: z.array(z.string()).readonly().describe('Why it stands high: reuse and outcome, in words'),
});
export type SearchHit = z.infer<typeof searchHit>;

export const searchFacet = z.object({ value: z.string(), label: z.string(), count: z.int() });
export type SearchFacet = z.infer<typeof searchFacet>;

export const searchResult = z.object({
  hits: z.array(searchHit).readonly(),
  total: z.int(),
  more: z.boolean().describe(`Whether there are more than the ${mostRanked} that are counted`),
  facets: z.object({
    kinds: z.array(searchFacet).readonly(),
    projects: z.array(searchFacet).readonly(),
    langs: z.array(searchFacet).readonly(),
    owners: z.array(searchFacet).readonly(),
  }),
  didYouMean: z.string().nullable(),
  notes: z.array(z.string()).readonly().describe('What of the question was left out, in words'),
  indexing: z.boolean().describe('Whether the index still catches up, so that more may be found soon'),
});
export type SearchResult = z.infer<typeof searchResult>;

export const suggestInput = z.object({ text: questionText, limit: z.int().min(1).max(20).default(8) });
export type SuggestInput = z.infer<typeof suggestInput>;

export const searchReadInput = z.object({ id: z.string().max(5000) });
export type SearchReadInput = z.infer<typeof searchReadInput>;

export const searchText = z.object({
  title: z.string(),
  path: z.string().nullable(),
  lang: z.string().nullable(),
  text: z.string().describe('As it was indexed: of a notebook its cells and the text of their outputs'),
});
export type SearchText = z.infer<typeof searchText>;
