/**
 * The `search` entries. Who asks sees what is in the projects that they may
 * see, and environments and people besides; everything else neither ranks nor
 * counts nor gives a proposal.
 */
import type {
  SearchHit,
  SearchInput,
  SearchReadInput,
  SearchResult,
  SearchText,
  SuggestInput,
} from '../../../protocol/model/search.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { foldWord } from '../shared/words.ts';
import type { SearchIndex } from './ports.ts';

export type SearchServiceDependencies = {
  readonly index: SearchIndex;
  readonly visibility: Visibility;
  readonly progress: { readonly busy: boolean; wake(): void };
};

export class SearchService {
  readonly #deps: SearchServiceDependencies;

  constructor(deps: SearchServiceDependencies) {
    this.#deps = deps;
  }

  async query({ text, kinds, offset, limit }: SearchInput, { caller, signal }: Call): Promise<SearchResult> {
    const { index, visibility, progress } = this.#deps;
    progress.wake();
    const { question, notes } = (await parser()).parseQuestion(text);
    const sight = await sightOf(caller, visibility);
    const { spellings, ...found } = await index.find({ question, kinds, ...sight, offset, limit }, signal);
    return { ...found, didYouMean: respelled(text, spellings), notes, indexing: progress.busy };
  }

  async suggest({ text, limit }: SuggestInput, { caller, signal }: Call): Promise<readonly SearchHit[]> {
    this.#deps.progress.wake();
    const { question } = (await parser()).parseQuestion(text);
    const sight = await sightOf(caller, this.#deps.visibility);
    const { hits } = await this.#deps.index.find({ question, kinds: [], ...sight, offset: 0, limit }, signal);
    return hits;
  }

  async read({ id }: SearchReadInput, { caller }: Call): Promise<SearchText> {
    const text = await this.#deps.index.read({ id, ...(await sightOf(caller, this.#deps.visibility)) });
    if (text !== null) return text;
    throw new DomainError('not-found', 'There is no such text any more.', { field: 'id', remedy: 'Search again.' });
  }
}

async function sightOf(caller: Caller, visibility: Visibility) {
  return { projects: await visibility.visibleProjects(caller), people: caller.scope.kind !== 'run' };
}

/** The grammar's tables are made when somebody first searches. */
function parser(): Promise<typeof import('./parseQuestion.ts')> {
  return import('./parseQuestion.ts');
}

function respelled(text: string, spellings: readonly (readonly [string, string])[]): string | null {
  if (spellings.length === 0) return null;
  const instead = new Map(spellings);
  const changed = text.replace(/[\p{L}\p{N}\p{M}]+/gu, (word) => instead.get(foldWord(word)) ?? word);
  return changed === text ? null : changed;
}
