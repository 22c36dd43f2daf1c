import type { Suite } from '../suite.ts';
import { activation } from './activation.ts';
import { eventFanOut } from './fanOut.ts';
import { launchDelay, logThroughput } from './jobs.ts';
import { extensionBundle, panelBundles } from './sizes.ts';
import { idleMemory, timeToReady } from './startUp.ts';

export const foundation: Suite = {
  name: 'foundation',
  about: 'start-up, launch, live events, logs, bundle sizes',
  figures: [
    { name: 'npm start to ready', read: timeToReady },
    { name: 'launch to first instruction', read: launchDelay },
    { name: 'an event to sessions', read: eventFanOut },
    { name: 'log throughput', read: logThroughput },
    { name: 'extension activation', read: activation },
    { name: 'extension bundle', read: extensionBundle },
    { name: 'panel bundles', read: panelBundles },
    { name: 'idle server memory', read: idleMemory },
  ],
};
