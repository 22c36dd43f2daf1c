import type { Suite } from '../suite.ts';
import { logging } from './logging.ts';

export const tracking: Suite = {
  name: 'tracking',
  about: 'logging, curves and watching, beside a real MLflow server',
  figures: [{ name: 'logging', read: logging }],
};
