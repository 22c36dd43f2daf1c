/**
 * Goes into the server process by `--import` and writes down how late its
 * event loop was: from outside, a busy machine and a busy loop look the same.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const file = process.env.FLYWHEEL_BENCH_PROBE;
const resolution = 10;

// The server's own threads load it too, and have loops that wait for nobody.
if (file && isMainThread) {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const write = () => {
    // Each value is the whole time between two ticks.
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution);
    writeFileSync(file, JSON.stringify({ p99Ms: late(delay.percentile(99)), maxMs: late(delay.max) }));
  };
  write();
  setInterval(write, 1000).unref();
}
