/** What finding needs: an index that can be thrown away and made anew, and the code of projects. */
import type { SearchFacet, SearchHit, SearchKind, SearchText } from '../../../protocol/model/search.ts';

/** Words that must stand one after the other; of the last one perhaps only the beginning is known. */
export type Term = { readonly words: readonly string[]; readonly prefix: boolean };

export type MetricFilter = {
  readonly name: string;
  readonly operator: '>' | '>=' | '<' | '<=' | '=' | '!=';
  readonly value: number;
};

export type FieldFilter =
  | { readonly field: 'project' | 'owner' | 'lang'; readonly value: string; readonly excluded: boolean }
  | { readonly field: 'kind'; readonly value: SearchKind; readonly excluded: boolean }
  | ({ readonly field: 'metric'; readonly excluded: boolean } & MetricFilter);

export type Question = {
  readonly include: readonly Term[];
  readonly exclude: readonly Term[];
  readonly filters: readonly FieldFilter[];
};

export type Asked = {
  readonly question: Question;
  readonly kinds: readonly SearchKind[];
  /** Ids of projects; null means all. Nothing of others is read for ranking, counts or proposals. */
  readonly projects: readonly string[] | null;
  /** Whether people may be found: a job's token may not list them. */
  readonly people: boolean;
  readonly offset: number;
  readonly limit: number;
};

export type Found = {
  readonly hits: readonly SearchHit[];
  readonly total: number;
  readonly more: boolean;
  readonly facets: Readonly<Record<'kinds' | 'projects' | 'langs' | 'owners', readonly SearchFacet[]>>;
  /** Where nothing was found: for each word that is nowhere, one that is. */
  readonly spellings: readonly (readonly [word: string, instead: string])[];
};

/** What the event log names and the database holds; their text is read from there. */
export const recordKinds = [
  'project',
  'experiment',
  'run',
  'model',
  'logged-model',
  'environment',
  'person',
  'comment',
] as const;
export type RecordKind = (typeof recordKinds)[number];
export type RecordRef = { readonly kind: RecordKind; readonly id: string };

export type FileKind = 'code' | 'document' | 'notebook';

/** A file of a tree that the index lacks. The blob's id with its path is its identity: it is read once. */
export type MissingFile = { readonly path: string; readonly blob: string };
export type FileText = MissingFile & { readonly kind: FileKind; readonly lang: string | null; readonly text: string };

export type Tree = {
  readonly projectId: string;
  readonly commit: string;
  /** Of the default branch, or of runs. */
  readonly of: 'head' | 'runs';
  readonly files: readonly MissingFile[];
};

export interface SearchIndex {
  find(asked: Asked, signal?: AbortSignal): Promise<Found>;
  read(request: { readonly id: string } & Pick<Asked, 'projects' | 'people'>): Promise<SearchText | null>;
  /** Up to where in the event log it knows everything; null when it was just made. */
  position(): Promise<number | null>;
  /** Reads these records anew, forgets those that are gone, and moves its position, in one step. */
  refresh(records: readonly RecordRef[], position: number): Promise<void>;
  /** Reads some more of all records of a kind; answers where to go on, null at the end. */
  sweep(kind: RecordKind, after: number): Promise<number | null>;
  /** Ends a sweep over everything. */
  settle(position: number): Promise<void>;
  /** Commits whose code runs were started from and that were not taken yet. */
  waitingSnapshots(limit: number): Promise<readonly { readonly projectId: string; readonly commit: string }[]>;
  /** The commit that was taken of a project's default branch. */
  heads(): Promise<ReadonlyMap<string, string>>;
  /** Which of these files it has no text of. */
  missing(files: readonly MissingFile[]): Promise<readonly MissingFile[]>;
  /** Texts, and files that have none that can be searched. Each call is durable. */
  addFiles(texts: readonly FileText[], unreadable: readonly MissingFile[]): Promise<void>;
  /** Makes the files of a commit those of the project, once all their texts were added. */
  placeTree(tree: Tree): Promise<void>;
  close(): Promise<void>;
}

/** Trees and contents of projects' repositories, by id. */
export interface CodeTexts {
  /** The commit of the default branch; null when nothing was pushed. */
  headCommit(projectId: string): Promise<string | null>;
  /** Files of a commit, without links; null when the commit is not there. At most `limit` of them. */
  listFiles(projectId: string, commit: string, limit: number): Promise<readonly MissingFile[] | null>;
  /** Null for what is absent or larger than `largest` bytes. */
  content(projectId: string, blob: string, largest: number): Promise<Uint8Array | null>;
}
