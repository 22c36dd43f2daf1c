/**
 * The program that looks after one job: `node supervisor.ts <job folder>`.
 * It outlives the server, starts the command at most once, keeps its output,
 * holds it to its limits, and leaves the truth about its end in the folder.
 * It must start fast and hold no secret longer than needed: it imports almost
 * nothing, and nobody but the folder tells it what to do.
 */
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, open, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cause, describeEnding } from '../../domain/shared/jobEnding.ts';
import { type StartedCommand, startCommand } from './jobCommand.ts';
import {
  type CommandRecord,
  claimRecord,
  dropFile,
  type ExitRecord,
  jobFiles,
  readRecord,
  type SpecRecord,
  type StopRecord,
  settle,
  writeDurably,
  writeRecord,
} from './jobFolder.ts';
import { bornOf } from './processTable.ts';
import { ProcessTree } from './processTree.ts';
import { Sampler } from './sampler.ts';
import { isDiskFull, Spool } from './spool.ts';

/** Time to end in peace where nobody said how long. */
const defaultGraceMs = 10_000;
const leftoverGraceMs = 2000;
/** A stop request is looked for this often, should the file system not tell. */
const stopPollMs = 1000;
const reserveFile = '.exit.reserve';
const reserveBytes = 4096;
const longestTimerMs = 2 ** 31 - 1;

class Supervision {
  readonly #folder: string;
  readonly #spec: SpecRecord;
  #tree: ProcessTree;
  #cause: Cause | null = null;
  #killTimer: NodeJS.Timeout | undefined;
  #killAt = Number.POSITIVE_INFINITY;

  constructor(folder: string, spec: SpecRecord) {
    this.#folder = folder;
    this.#spec = spec;
    this.#tree = new ProcessTree({ leader: null, mark: spec.mark });
  }

  async run(): Promise<ExitRecord> {
    if (await readRecord<StopRecord>(this.#folder, jobFiles.stop))
      return this.#neverStarted({ reason: 'stopped-by-user' });
    await this.#writeSecrets();
    const command = await startCommand(this.#folder, this.#spec);
    const startedAt = Date.now();
    const born = (await bornOf(command.pid)) ?? '';
    this.#tree = new ProcessTree({ leader: { pid: command.pid, born }, mark: this.#spec.mark });
    const record: CommandRecord = { pid: command.pid, born, startedAt };
    const recorded = writeRecord(this.#folder, jobFiles.command, record);
    try {
      await recorded;
      return await this.#attend(command, startedAt);
    } catch (error) {
      await this.#tree.kill();
      throw error;
    }
  }

  async #writeSecrets(): Promise<void> {
    const files = Object.entries(this.#spec.secretFiles);
    if (files.length === 0) return;
    const folder = join(this.#folder, jobFiles.secrets);
    await mkdir(folder, { mode: 0o700 });
    for (const [name, content] of files) await writeFile(join(folder, name), content, { mode: 0o600 });
  }

  async #attend(command: StartedCommand, startedAt: number): Promise<ExitRecord> {
    const spool = await Spool.open(join(this.#folder, jobFiles.output), this.#spec.logLimitMiB);
    const copied = copyOutput(command, spool);
    const sampler = this.#startSampler();
    const watching = this.#watchForStops();
    const limit = this.#startTimeLimit();
    // Output that cannot be kept at all ends the job, rather than leave it writing to nobody.
    const { code, signal } = await Promise.race([command.ended, copied.then(() => command.ended)]);
    clearTimeout(limit);
    watching.close();
    await this.#tree.clear(this.#cause ? Math.max(0, this.#killAt - performance.now()) : leftoverGraceMs);
    clearTimeout(this.#killTimer);
    // Whoever still holds the pipe is no member that could be found: wait no longer.
    await Promise.race([copied, delay(2000).then(() => command.output.letGo())]);
    await copied;
    await spool.close();
    const diskFull = spool.diskWasFull || (await isFull(this.#folder));
    const { command: text } = this.#spec;
    const ending = describeEnding({ code, signal, cause: this.#cause, diskFull, command: text, tail: spool.tail });
    const usage = await sampler.finish();
    return { startedAt, endedAt: Math.max(Date.now(), startedAt), exitCode: code, signal, ...ending, usage };
  }

  #startSampler(): Sampler {
    const { memoryMiB } = this.#spec;
    return new Sampler({
      tree: this.#tree,
      file: join(this.#folder, jobFiles.usage),
      memoryLimitBytes: memoryMiB * 1024 * 1024,
      onOverMemory: (usedBytes) => this.#end({ reason: 'memory-limit', usedBytes, limitMiB: memoryMiB }, 0),
    });
  }

  #startTimeLimit(): NodeJS.Timeout | undefined {
    const minutes = this.#spec.maxMinutes;
    if (minutes === null) return undefined;
    const ms = Math.min(minutes * 60_000, longestTimerMs);
    return setTimeout(() => this.#end({ reason: 'time-limit', minutes }, defaultGraceMs), ms);
  }

  #watchForStops(): { close(): void } {
    const look = async () => {
      const stop = await readRecord<StopRecord>(this.#folder, jobFiles.stop).catch(() => null);
      if (stop) this.#end({ reason: 'stopped-by-user' }, stop.graceMs);
    };
    const terminated = () => this.#end({ reason: 'signal', detail: 'The host asked all processes to end.' }, 5000);
    process.on('SIGTERM', terminated);
    const timer = setInterval(look, stopPollMs);
    const watcher = watchQuietly(this.#folder, (name) => {
      if (name === jobFiles.stop) void look();
    });
    // One that came before anybody watched.
    void look();
    return {
      close: () => {
        clearInterval(timer);
        watcher?.close();
      },
    };
  }

  /** Asks once, by whoever comes first; a later demand may only shorten the grace. */
  #end(cause: Cause, graceMs: number): void {
    const first = this.#cause === null;
    this.#cause ??= cause;
    const killAt = performance.now() + graceMs;
    if (killAt >= this.#killAt) return;
    this.#killAt = killAt;
    clearTimeout(this.#killTimer);
    if (graceMs <= 0) void this.#tree.kill();
    else {
      if (first) void this.#tree.ask('SIGTERM');
      this.#killTimer = setTimeout(() => void this.#tree.kill(), graceMs);
    }
  }

  #neverStarted(cause: Cause): ExitRecord {
    const ending = describeEnding({ code: null, signal: null, cause, diskFull: false, command: '', tail: '' });
    return { ...nothingHappened(), ...ending };
  }
}

function nothingHappened(): Omit<ExitRecord, 'reason' | 'detail'> {
  const usage = { cpuSeconds: 0, peakMemoryBytes: 0 };
  return { startedAt: null, endedAt: Date.now(), exitCode: null, signal: null, usage };
}

/** Until every writer has closed the pipe. Reading waits for the disk, and the job for the reading. */
async function copyOutput({ output }: StartedCommand, spool: Spool): Promise<void> {
  for await (const piece of output.pieces()) await spool.append(piece);
}

function watchQuietly(folder: string, onName: (name: string | null) => void): FSWatcher | null {
  try {
    return watch(folder, (_event, name) => onName(name)).on('error', () => {});
  } catch {
    return null;
  }
}

async function isFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < 64 * 1024;
}

/** Room for the last record is taken at the start: a full disk must not hide how the job ended. */
async function reserveExit(folder: string): Promise<void> {
  await writeDurably(join(folder, reserveFile), ' '.repeat(reserveBytes));
}

async function writeExit(folder: string, record: ExitRecord): Promise<void> {
  const reserve = join(folder, reserveFile);
  const handle = await open(reserve, 'r+').catch(() => open(reserve, 'w+'));
  const detail = record.detail?.slice(0, 500) ?? null;
  await handle.write(JSON.stringify({ ...record, detail }).padEnd(reserveBytes), 0);
  await handle.sync();
  await handle.close();
  await settle(folder, reserve, jobFiles.exit);
  await dropFile(reserve);
}

/** Reads the spec and claims the job; null when another supervisor has it. */
async function takeJob(folder: string): Promise<SpecRecord | null> {
  const file = join(folder, jobFiles.spec);
  // Read before the claim, so that whoever finds the job claimed may drop the secrets.
  const spec = JSON.parse(await readFile(file, 'utf8')) as SpecRecord;
  const claimed = await claimRecord(folder, jobFiles.claim, { pid: process.pid, born: await bornOf(process.pid) });
  await dropFile(file);
  return claimed ? spec : null;
}

async function main(folder: string): Promise<void> {
  process.on('SIGHUP', () => {});
  process.on('SIGINT', () => {});
  const spec = await takeJob(folder);
  if (spec === null) return;
  let exit: ExitRecord;
  try {
    await reserveExit(folder);
    exit = await new Supervision(folder, spec).run();
  } catch (error) {
    const reason = isDiskFull(error) ? 'disk-full' : 'job-disappeared';
    exit = { ...nothingHappened(), reason, detail: `The job could not be supervised: ${String(error)}` };
  }
  await rm(join(folder, jobFiles.secrets), { recursive: true, force: true });
  await writeExit(folder, exit);
  await dropFile(join(folder, jobFiles.pipe));
}

/**
 * Everything is written by now. An orderly exit of the runtime was seen to
 * hang for good, once in some hundred times on a busy machine, in the end of
 * its threads; a signal cannot.
 */
function leave(): void {
  flushCompileCache();
  process.kill(process.pid, 'SIGKILL');
}

await main(process.argv[2] ?? '');
leave();
