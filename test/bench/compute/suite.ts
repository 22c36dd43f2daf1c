import type { Suite } from '../suite.ts';
import { slotIdleTime } from './queue.ts';

export const compute: Suite = {
  name: 'compute',
  about: 'jobs: how long the places of a tier stand empty while others wait',
  figures: [{ name: 'queue', read: slotIdleTime }],
};
