/** How a run looks in a tree and in a pick: icon, colour and words of its state, and how long it took. */
import { isFinal, type RunState, type RunSummary } from '../../../protocol/model/run.ts';

export type RunLook = { readonly icon: string; readonly color?: string };

export const runLooks: Readonly<Record<RunState, RunLook>> = {
  queued: { icon: 'clock' },
  preparing: { icon: 'loading~spin' },
  starting: { icon: 'loading~spin' },
  running: { icon: 'sync~spin', color: 'charts.blue' },
  succeeded: { icon: 'pass-filled', color: 'testing.iconPassed' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  stopped: { icon: 'debug-stop', color: 'disabledForeground' },
  lost: { icon: 'question', color: 'testing.iconErrored' },
};

/** State and duration, as in `running 3m 20s`; what a queued one waits for is in its panel. */
export function describeRun(run: RunSummary, now: number): string {
  const from = run.startedAt;
  if (from === null) return run.state;
  const to = isFinal(run.state) ? (run.endedAt ?? from) : now;
  return `${run.state} ${formatDuration(Math.max(0, to - from))}`;
}

/** The two greatest units: `850 ms`, `12s`, `3m 20s`, `5h 2m`, `2d 4h`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count], place) => place === 0 || count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ');
}
