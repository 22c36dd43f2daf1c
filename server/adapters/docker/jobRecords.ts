/**
 * The records in a job's volume: what its first process wrote of its end, and
 * what the server asked of it. The command can write the former, about itself
 * alone; only the server can write the latter.
 */
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { Engine } from './engine.ts';
import { jobPaths } from './jobScript.ts';
import { readArchive } from './readArchive.ts';

/** Why the server ended a job, and when it does so by force. */
export type StopRecord = {
  readonly reason: 'stopped-by-user' | 'time-limit';
  readonly killAt: number;
};

export type JobRecords = {
  readonly began: boolean;
  /** The code with which the shell left by itself; null when something ended it. */
  readonly exit: number | null;
  /** Null when the first process was ended by force. `asked`: it was told to end. */
  readonly end: {
    readonly code: number;
    readonly asked: boolean;
    readonly memoryBytes: number | null;
    readonly cpuSeconds: number | null;
  } | null;
  readonly stop: StopRecord | null;
};

/** A record is short; whatever else a command leaves beside them is not read. */
const longestRecord = 4096;
const mostEntries = 100;

export async function readRecords(engine: Engine, container: string): Promise<JobRecords> {
  const texts = new Map<string, string>();
  let seen = 0;
  for await (const { header, content } of readArchive(engine, container, `${jobPaths.volume}/${jobPaths.records}`)) {
    seen += 1;
    if (seen > mostEntries || (header.size ?? 0) > longestRecord) break;
    if (header.type === 'file')
      texts.set(header.name, (await buffer(content as AsyncIterable<Buffer>)).toString('utf8'));
  }
  return {
    began: texts.has(`${jobPaths.jobRecords}/began`),
    exit: wholeNumber(texts.get(`${jobPaths.jobRecords}/exit`)),
    end: endOf(texts.get(`${jobPaths.jobRecords}/end`)),
    stop: stopOf(texts.get(jobPaths.stop)),
  };
}

export async function writeStop(engine: Engine, container: string, record: StopRecord): Promise<void> {
  const archive = pack();
  archive.entry({ name: jobPaths.stop, mode: 0o644 }, JSON.stringify(record));
  archive.finalize();
  await engine.ask((docker, abortSignal) =>
    docker.getContainer(container).putArchive(archive as unknown as NodeJS.ReadableStream, {
      path: jobPaths.volume,
      abortSignal,
    }),
  );
}

function endOf(text: string | undefined): JobRecords['end'] {
  const figure = (name: string) => wholeNumber(new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1]);
  const code = figure('code');
  if (code === null) return null;
  const nanoseconds = figure('cpu');
  return {
    code,
    asked: figure('asked') !== null,
    memoryBytes: figure('memory'),
    cpuSeconds: nanoseconds === null ? null : nanoseconds / 1e9,
  };
}

function stopOf(text: string | undefined): StopRecord | null {
  const [, reason, killAt] = /^\{"reason":"(stopped-by-user|time-limit)","killAt":(\d+)\}$/.exec(text ?? '') ?? [];
  return reason === undefined ? null : { reason: reason as StopRecord['reason'], killAt: Number(killAt) };
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}\s*$/.test(text) ? Number(text) : null;
}
