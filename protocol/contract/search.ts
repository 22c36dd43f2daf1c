import * as z from 'zod';
import { searchHit, searchInput, searchReadInput, searchResult, searchText, suggestInput } from '../model/search.ts';
import { signedIn } from './base.ts';

/** The service besides: only what is in projects that the caller may see is found, counted or suggested. */
export const search = {
  query: signedIn
    .route({
      method: 'GET',
      path: '/search',
      summary: 'Find projects, code, documents, runs, models and people by words',
    })
    .input(searchInput)
    .output(searchResult),
  suggest: signedIn
    .route({ method: 'GET', path: '/search/suggestions', summary: 'The best few hits for a text that is being typed' })
    .input(suggestInput)
    .output(z.array(searchHit)),
  read: signedIn
    .route({ method: 'GET', path: '/search/text', summary: 'The whole text of a hit' })
    .input(searchReadInput)
    .output(searchText),
};
