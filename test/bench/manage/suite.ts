import type { Suite } from '../suite.ts';
import { portfolio } from './portfolio.ts';
import { search, searchSize } from './search.ts';

export const manage: Suite = {
  name: 'manage',
  about: 'finding prior work: searches over very much code, the size of the index, how soon a push is found',
  figures: [
    { name: 'portfolio', read: portfolio },
    { name: 'searching', read: search },
    { name: 'index', read: searchSize },
  ],
};
