import type { Suite } from '../suite.ts';
import { logging } from './logging.ts';
import { search } from './search.ts';

export const tracking: Suite = {
  name: 'tracking',
  about: 'logging, curves, watching and searches, beside a real MLflow server',
  figures: [{ name: 'logging', read: logging }, ...search],
};
