import type { Suite } from '../suite.ts';
import { launchDelay, logThroughput } from './docker.ts';
import { slotIdleTime } from './queue.ts';

export const compute: Suite = {
  name: 'compute',
  about: 'how long places of a tier stand empty while others wait; containers on Docker hosts',
  figures: [
    { name: 'queue', read: slotIdleTime },
    { name: 'launch to first instruction of a container', read: launchDelay },
    { name: 'log of a container', read: logThroughput },
  ],
};
