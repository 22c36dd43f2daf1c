/** Watching a run from a terminal: its output to standard output, the rest beside it. Ctrl+C leaves it running. */
import type { Connection } from '../../client/connection/connection.ts';
import { followLogs } from '../../client/connection/follow.ts';
import type { LogChunk, Run } from '../../protocol/model/run.ts';
import { duration, oneLine } from '../output.ts';

/** Writes the output until the run has ended, and tells how it did. */
export async function watchRun(connection: Connection, runId: string): Promise<void> {
  await untilInterrupted(runId, async (signal) => {
    await printOutput(connection, runId, signal);
    if (signal.aborted) return;
    const run = await connection.client.runs.get({ runId });
    console.error(oneLine(endOf(run)));
    if (run.state !== 'succeeded') process.exitCode = 1;
  });
}

export async function printOutput(connection: Connection, runId: string, signal: AbortSignal): Promise<void> {
  for await (const chunk of followLogs(connection, { runId, signal })) printChunk(chunk);
}

export function printChunk(chunk: LogChunk): void {
  if (chunk.kind === 'text') process.stdout.write(chunk.text);
  if (chunk.kind === 'gap') console.error(`[${chunk.bytes} bytes left out: past the log limit]`);
}

/** The first Ctrl+C ends the watching and not the run. */
export async function untilInterrupted(runId: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const left = new AbortController();
  const leave = () => left.abort();
  process.once('SIGINT', leave);
  try {
    await work(left.signal);
  } catch (error) {
    if (!left.signal.aborted) throw error;
  } finally {
    process.off('SIGINT', leave);
  }
  if (!left.signal.aborted) return;
  console.error(
    `\nRun ${runId} goes on. Watch it with \`flywheel runs logs ${runId} --follow\`, end it with \`flywheel runs stop ${runId}\`.`,
  );
  process.exitCode = 130;
}

function endOf(run: Run): string {
  const why = run.detail ? `: ${run.detail}` : '';
  return `Run ${run.name} ${run.state} after ${duration(run.startedAt, run.endedAt) || '0 s'}${why}`;
}
