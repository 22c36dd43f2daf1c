import type { Suite } from '../suite.ts';
import { experimentTable } from './table.ts';

export const panels: Suite = {
  name: 'panels',
  about: 'the experiment table over 100,000 runs and 1,000 columns, in Chromium',
  figures: [{ name: 'experiment table', read: experimentTable }],
};
