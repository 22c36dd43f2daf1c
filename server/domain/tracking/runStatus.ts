/** MLflow's five words for what a run does, and the states that each covers. */
import type { RunState } from '../../../protocol/model/run.ts';

export const runStatuses = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;
export type RunStatus = (typeof runStatuses)[number];

const statusByState: Readonly<Record<RunState, RunStatus>> = {
  queued: 'SCHEDULED',
  preparing: 'SCHEDULED',
  starting: 'SCHEDULED',
  running: 'RUNNING',
  succeeded: 'FINISHED',
  failed: 'FAILED',
  lost: 'FAILED',
  stopped: 'KILLED',
};

export function statusOf(state: RunState): RunStatus {
  return statusByState[state];
}

/** The state of a run that only reports its status. */
export function stateOf(status: RunStatus): RunState {
  const states = {
    RUNNING: 'running',
    SCHEDULED: 'queued',
    FINISHED: 'succeeded',
    FAILED: 'failed',
    KILLED: 'stopped',
  };
  return states[status] as RunState;
}
