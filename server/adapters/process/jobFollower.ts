/**
 * Follows one job through its folder: states, output, usage. It may be a
 * folder that another server began. It only reads, but for one thing: a job
 * whose supervisor died without a word is cleared away and declared gone.
 */
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobState, OutputPiece, UsageSample } from '../../domain/compute/ports.ts';
import { type ChunkPiece, readChunks } from '../../platform/chunkedFile.ts';
import { FolderChanges } from './folderChanges.ts';
import {
  type CommandRecord,
  claimRecord,
  type ExitRecord,
  isMissing,
  type JobRecord,
  jobFiles,
  type ProcessIdentity,
  readRecord,
} from './jobFolder.ts';
import { bornOf, hasProc } from './processTable.ts';
import { ProcessTree } from './processTree.ts';

/** Without /proc, asking whether the supervisor lives starts a process. */
const pollMs = hasProc ? 1000 : 5000;
const outputPieceBytes = 1024 * 1024;

/** A job that prints much is read in few pieces, not at each of its writes: every look costs a dozen system calls. */
const gatherMs = 40;

/** A supervisor that has not begun after this long never will. */
const claimDeadlineMs = 60_000;

export type FollowOptions = { readonly signal: AbortSignal };

export async function readJobState(folder: string): Promise<JobState> {
  try {
    const exit = await readRecord<ExitRecord>(folder, jobFiles.exit);
    if (exit) return endedState(exit);
    const claim = await readRecord<ProcessIdentity>(folder, jobFiles.claim);
    if (!claim) return await unclaimedState(folder);
    if ((await bornOf(claim.pid)) !== claim.born)
      return await declareGone(folder, 'Its supervisor ended without a word.');
    const command = await readRecord<CommandRecord>(folder, jobFiles.command);
    return command ? { kind: 'running', startedAt: command.startedAt } : { kind: 'starting' };
  } catch (error) {
    return { kind: 'unknown', detail: `The job's folder cannot be read: ${String(error)}` };
  }
}

/** Records the end of a job that nobody supervises, once, and kills what is left of it. */
export async function declareGone(folder: string, why: string): Promise<JobState> {
  const [job, command] = await Promise.all([
    readRecord<JobRecord>(folder, jobFiles.job),
    readRecord<CommandRecord>(folder, jobFiles.command),
  ]);
  const late = await readRecord<ExitRecord>(folder, jobFiles.exit);
  if (late) return endedState(late);
  // After the claim is taken no supervisor can begin.
  await claimRecord(folder, jobFiles.claim, { pid: 0, born: '' });
  if (job) await new ProcessTree({ leader: command, mark: job.mark }).kill();
  const exit: ExitRecord = {
    startedAt: command?.startedAt ?? null,
    endedAt: Math.max(Date.now(), command?.startedAt ?? 0),
    exitCode: null,
    signal: null,
    reason: 'job-disappeared',
    detail: why,
    usage: { cpuSeconds: 0, peakMemoryBytes: 0 },
  };
  await claimRecord(folder, jobFiles.exit, exit);
  return endedState((await readRecord<ExitRecord>(folder, jobFiles.exit)) ?? exit);
}

async function unclaimedState(folder: string): Promise<JobState> {
  const age = await stat(folder).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    (error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    },
  );
  if (age === null) return { kind: 'absent' };
  return age < claimDeadlineMs ? { kind: 'starting' } : declareGone(folder, 'Its supervisor did not start.');
}

function endedState({ signal: _signal, ...exit }: ExitRecord): JobState {
  return { kind: 'ended', ...exit };
}

export async function* followStates(folder: string, { signal }: FollowOptions): AsyncGenerator<JobState> {
  using changes = new FolderChanges([folder], { signal, pollMs });
  let last = '';
  while (!signal.aborted) {
    const state = await readJobState(folder);
    const text = JSON.stringify(state);
    if (text !== last) yield state;
    if (state.kind === 'ended' || state.kind === 'absent') return;
    last = text;
    await changes.next();
  }
}

export async function* followOutput(
  folder: string,
  { after, signal }: FollowOptions & { readonly after: number },
): AsyncGenerator<OutputPiece> {
  const output = join(folder, jobFiles.output);
  using changes = new FolderChanges([folder, output], { signal, pollMs });
  const buffer = Buffer.allocUnsafe(outputPieceBytes);
  let at = after;
  for (let over = false; !signal.aborted; ) {
    const pieces = await readChunks(output, at, buffer);
    yield* pieces;
    // What is read after the end was seen is all there is.
    if (over && pieces.length === 0) return;
    const from = at;
    at = pieces.reduce((_, piece) => endOf(piece), at);
    if (at - from >= outputPieceBytes) continue;
    over ||= await isOver(folder);
    if (!over) await untilMore(changes, at - from, signal);
  }
}

/** After a look that found something, more of it comes while one waits; after one that did not, one is told. */
async function untilMore(changes: FolderChanges, found: number, signal: AbortSignal): Promise<void> {
  if (found === 0) await changes.next();
  else await delay(gatherMs, undefined, { signal }).catch(() => {});
}

export async function* followUsage(
  folder: string,
  { after, signal }: FollowOptions & { readonly after: number },
): AsyncGenerator<UsageSample> {
  using changes = new FolderChanges([folder], { signal, pollMs });
  let at = 0;
  while (!signal.aborted) {
    const over = await isOver(folder);
    const lines = await readLines(join(folder, jobFiles.usage), at);
    at += lines.bytes;
    for (const sample of lines.texts.map((line) => JSON.parse(line) as UsageSample)) {
      if (sample.at > after) yield sample;
    }
    if (over) return;
    await changes.next();
  }
}

/** Whether nothing more will be written. */
async function isOver(folder: string): Promise<boolean> {
  const { kind } = await readJobState(folder);
  return kind === 'ended' || kind === 'absent';
}

function endOf(piece: ChunkPiece): number {
  return piece.offset + (piece.kind === 'gap' ? piece.bytes : piece.data.length);
}

/** The whole lines after a position. */
async function readLines(
  file: string,
  position: number,
): Promise<{ readonly texts: string[]; readonly bytes: number }> {
  try {
    const handle = await open(file, 'r');
    try {
      const buffer = Buffer.alloc(Math.max(0, (await handle.stat()).size - position));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      const bytes = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
      return { texts: buffer.toString('utf8', 0, bytes).split('\n').filter(Boolean), bytes };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) return { texts: [], bytes: 0 };
    throw error;
  }
}
