import type { Suite } from '../suite.ts';
import { launchDelay, logThroughput } from './docker.ts';

export const compute: Suite = {
  name: 'compute',
  about: 'containers on Docker hosts',
  figures: [
    { name: 'launch to first instruction of a container', read: launchDelay },
    { name: 'log of a container', read: logThroughput },
  ],
};
