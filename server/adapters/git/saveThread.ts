/**
 * A thread that saves one work folder and ends: reading and hashing many files
 * must not hold up the server. It writes objects alone; which ref stands for
 * them is moved by whoever started it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { snapshotOf } from '../../../client/snapshot/takeSnapshot.ts';
import type { SaveThreadAnswer, SaveThreadData } from './workspaceSaver.ts';

/** As many files as a snapshot of code may have at all. */
const limits = { fileBytes: 100 * 2 ** 20, totalBytes: 4 * 2 ** 30, files: 500_000 };
const mostTold = 20;

async function save({ folder, gitDir, parent, author, message, at }: SaveThreadData): Promise<SaveThreadAnswer> {
  const repository = { root: folder, folder: '', store: gitDir, gitDir: null, branch: null, head: parent };
  const leftOut: string[] = [];
  const { code, files } = await snapshotOf(repository, {
    signal: new AbortController().signal,
    limits,
    leaveOut: (path, why) => leftOut.length < mostTold && leftOut.push(`${path} (${why})`),
    commit: { message, author: { ...author, timestamp: Math.floor(at / 1000) } },
  });
  return { commit: files.size === 0 && parent === null ? null : code.commit, files: files.size, leftOut };
}

save(workerData as SaveThreadData).then(
  (answer) => parentPort?.postMessage(answer),
  (error: unknown) => parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) }),
);
