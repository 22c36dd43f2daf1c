/** What the contract suite needs of a backend under test, and short ways to ask things of it. */
import { randomUUID } from 'node:crypto';
import type {
  CodeEntry,
  ComputeBackend,
  EnvironmentRevisionSpec,
  JobHandle,
  JobSpec,
  JobState,
} from '../../../server/domain/compute/ports.ts';
import { skip } from '../../harness/reporter.ts';

export type ComputeTarget = {
  readonly name: string;
  /** How much was dropped past the limit is known to the byte, and the beginning is kept. Absent is yes. */
  readonly countsDropped?: boolean;
  /** The reason in words where there can be none on this machine. */
  open(): Promise<OpenTarget | string>;
};

export type OpenTarget = {
  readonly backend: ComputeBackend;
  /** A new backend object on the same jobs, as after a restart of the server. */
  restart(): ComputeBackend;
  /** A folder that jobs see under the same path; null where they see no host folder. */
  readonly scratch: string | null;
  /** Names of all that jobs have left on the host. */
  traces(): Promise<readonly string[]>;
  /** Where on the host a text can be read. */
  placesOf(text: string): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** In a `before`; what stands behind it is skipped where there can be none. */
export async function openTarget(context: Mocha.Context, target: ComputeTarget): Promise<OpenTarget> {
  const open = await target.open();
  return typeof open === 'string' ? skip(context, open) : open;
}

export type EndedState = Extract<JobState, { readonly kind: 'ended' }>;

export const systemRevision: EnvironmentRevisionSpec = {
  environmentId: 'system',
  revision: 1,
  digest: '0'.repeat(64),
  definition: { kind: 'system' },
};

export function pythonRevision(requirements: string, python = 'python3'): EnvironmentRevisionSpec {
  const digest = randomUUID().replaceAll('-', '');
  return { environmentId: 'venv', revision: 1, digest, definition: { kind: 'python', requirements, python } };
}

export type JobWish = Partial<Omit<JobSpec, 'code' | 'limits'>> & {
  readonly limits?: Partial<JobSpec['limits']>;
  readonly code?: readonly CodeEntry[];
};

export function jobSpec(command: string, { code = [], limits, ...wish }: JobWish = {}): JobSpec {
  return {
    runId: randomUUID().replaceAll('-', ''),
    environment: systemRevision,
    command,
    folder: '',
    variables: {},
    secrets: {},
    ...wish,
    limits: { cpus: 1, memoryMiB: 1024, maxMinutes: null, ...limits },
    async *code() {
      yield* code;
    },
  };
}

export function codeFile(path: string, text: string, kind: CodeEntry['kind'] = 'file'): CodeEntry {
  return { path, kind, content: Buffer.from(text) };
}

/** Tests wait at most this long for anything. */
export function patience(seconds = 30): AbortSignal {
  return AbortSignal.timeout(seconds * 1000);
}

/** The first state that fits. */
export async function stateWhere(
  backend: ComputeBackend,
  handle: JobHandle,
  fits: (state: JobState) => boolean,
): Promise<JobState> {
  let last: JobState | null = null;
  for await (const state of backend.watch(handle, { signal: patience() })) {
    last = state;
    if (fits(state)) return state;
  }
  throw new Error(`no state fitted; the last was ${JSON.stringify(last)}`);
}

export async function endOf(backend: ComputeBackend, handle: JobHandle): Promise<EndedState> {
  return (await stateWhere(backend, handle, ({ kind }) => kind === 'ended')) as EndedState;
}

export type Output = { readonly text: string; readonly bytes: number; readonly gaps: number; readonly end: number };

/** All output from an offset on. Throws when pieces do not join. */
export async function outputOf(backend: ComputeBackend, handle: JobHandle, after = 0): Promise<Output> {
  const parts: Uint8Array[] = [];
  let gaps = 0;
  let at = after;
  for await (const piece of backend.output(handle, { after, signal: patience(60) })) {
    if (piece.offset !== at) throw new Error(`a piece at ${piece.offset} follows ${at}`);
    at += piece.kind === 'gap' ? piece.bytes : piece.data.length;
    if (piece.kind === 'gap') gaps += piece.bytes;
    else parts.push(Buffer.from(piece.data));
  }
  const all = Buffer.concat(parts);
  return { text: all.toString('utf8'), bytes: all.length, gaps, end: at };
}

/** Waits until output holds a text: the way to know how far a job is. */
export async function untilOutput(backend: ComputeBackend, handle: JobHandle, text: string): Promise<string> {
  let seen = '';
  for await (const piece of backend.output(handle, { after: 0, signal: patience() })) {
    if (piece.kind === 'data') seen += Buffer.from(piece.data).toString('utf8');
    if (seen.includes(text)) return seen;
  }
  throw new Error(`the output never held ${JSON.stringify(text)}, only ${JSON.stringify(seen)}`);
}

export async function run(backend: ComputeBackend, spec: JobSpec): Promise<{ end: EndedState; output: Output }> {
  const handle = await backend.submit(spec);
  const [end, output] = await Promise.all([endOf(backend, handle), outputOf(backend, handle)]);
  return { end, output };
}

/** Looks again and again until it is so. */
export async function eventually(isSo: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const signal = patience();
  while (!(await isSo())) {
    if (signal.aborted) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
