/** What both halves of the tracking service are given, and the rules that their records share. */
import type { EventFeed } from '../events/ports.ts';
import type { LoggingAccess } from '../shared/access.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store } from '../shared/store.ts';

export type TrackingDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly access: LoggingAccess;
  readonly feed: EventFeed;
};

/** Tags by which clients say what is a field here. */
export const runNameTag = 'mlflow.runName';
export const noteTag = 'mlflow.note.content';
export const userTag = 'mlflow.user';
export const projectTag = 'flywheel.project';

export const longestRunName = 200;

export {
  activeExperiment,
  activeRun,
  existingExperiment,
  existingRun,
  requireActive,
} from '../shared/activeRecords.ts';
