/**
 * Brings a job's output into the log store, each byte once: it begins where
 * the log ends, and again there after a failure or a restart. One piece is in
 * flight at a time, so a job that writes faster than it is kept fills no memory.
 */
import type { OutputMask } from '../secrets/ports.ts';
import { isDomainError, messageOf } from '../shared/errors.ts';
import { pause } from '../shared/wakeup.ts';
import type { OutputPiece } from './ports.ts';
import { retryMs } from './retry.ts';
import type { LaunchedRun, RunContext } from './runContext.ts';

export type PumpOptions = { readonly run: LaunchedRun; readonly handle: string; readonly signal: AbortSignal };

/** After the end of the job: how many failures without progress, until the run ends without the rest. */
const lastAttempts = 8;

/** Settles when all output of the ended job is kept, or the signal aborts. `ended` aborts with the job's end. */
export async function pumpLog(context: RunContext, options: PumpOptions & { readonly ended: AbortSignal }) {
  const { logs, log } = context.deps;
  let failures = 0;
  for (let reached = -1; !options.signal.aborted; ) {
    const failure = await pumpOnce(context, options).then(() => null, messageOrFull);
    if (failure === null || options.signal.aborted) return;
    const size = await logs.size(context.runId);
    failures = size > reached ? 1 : failures + 1;
    reached = size;
    log.warn('Output of a run is held up', { runId: context.runId, error: failure.message });
    if (options.ended.aborted && failures >= lastAttempts && !failure.isFull) return;
    await pause(retryMs(failures, context.timing), options.signal);
  }
}

/** A full disk is waited for: somebody makes room, and the output is still there. */
function messageOrFull(error: unknown): { readonly message: string; readonly isFull: boolean } {
  return { message: messageOf(error), isFull: isDomainError(error) && error.reason === 'storage-full' };
}

async function pumpOnce(context: RunContext, { run, handle, signal }: PumpOptions): Promise<void> {
  const { logs, feed, jobSecrets } = context.deps;
  const mask = await jobSecrets.mask(run.id);
  let size = await logs.size(run.id);
  const output = context.backendOf(run).output(handle, { after: size, signal });
  for await (const piece of mask === null ? output : maskedPieces(output, { mask, after: size })) {
    size = await append(context, run.id, { piece, size });
    feed.touched({ runId: run.id, experimentId: run.experimentId, projectId: run.projectId });
  }
}

/** The same pieces with secrets hidden; what the mask holds back follows before a gap and at the end. */
async function* maskedPieces(
  output: AsyncIterable<OutputPiece>,
  { mask, after }: { readonly mask: OutputMask; readonly after: number },
): AsyncGenerator<OutputPiece, void, void> {
  let offset = after;
  const next = (data: Uint8Array): OutputPiece => {
    const piece = { kind: 'data', offset, data } as const;
    offset += data.length;
    return piece;
  };
  for await (const piece of output) {
    if (piece.kind === 'data' && piece.offset <= offset + mask.held) {
      // What was sent before is not masked twice.
      yield next(mask.push(piece.data.subarray(offset + mask.held - piece.offset)));
      continue;
    }
    yield next(mask.flush());
    offset = piece.offset;
    if (piece.kind === 'data') yield next(mask.push(piece.data));
    else yield piece;
    if (piece.kind === 'gap') offset += piece.bytes;
  }
  yield next(mask.flush());
}

type Arrival = { readonly piece: OutputPiece; readonly size: number };

/** Answers where the log then ends. What is there already is left out, what is missing between becomes a gap. */
async function append({ deps: { logs } }: RunContext, id: string, { piece, size }: Arrival): Promise<number> {
  if (piece.offset > size) await logs.append(id, { kind: 'gap', bytes: piece.offset - size });
  const end = piece.offset + (piece.kind === 'gap' ? piece.bytes : piece.data.length);
  const from = Math.max(size, piece.offset);
  if (end <= from) return from;
  if (piece.kind === 'gap') await logs.append(id, { kind: 'gap', bytes: end - from });
  else await logs.append(id, { kind: 'data', data: piece.data.subarray(from - piece.offset) });
  return end;
}
