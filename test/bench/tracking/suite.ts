import type { Suite } from '../suite.ts';
import { search } from './search.ts';

export const tracking: Suite = {
  name: 'tracking',
  about: 'searches over very many runs, beside a real MLflow server',
  figures: [...search],
};
