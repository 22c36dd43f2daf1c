/**
 * What comes before `runs.launch`: the code, where it is, made reachable on the
 * server. Returns only when the server has the whole snapshot.
 */
import type { CodeRef } from '../../protocol/model/run.ts';
import { toClientError } from '../clientError.ts';
import { pushSnapshot } from './pushSnapshot.ts';
import { takeSnapshot } from './takeSnapshot.ts';

export type LaunchPreparation = {
  readonly folder: string;
  readonly projectId: string;
  readonly url: string;
  readonly token: string;
  /** Told of each step, in words for people. */
  readonly onStep?: (text: string) => void;
  readonly signal?: AbortSignal;
};

export async function prepareLaunch(options: LaunchPreparation): Promise<CodeRef> {
  const signal = options.signal ?? new AbortController().signal;
  try {
    options.onStep?.('Looking at the folder');
    const snapshot = await takeSnapshot(options.folder, { signal, onStep: options.onStep });
    options.onStep?.('Asking the server what it has');
    await pushSnapshot(snapshot, { ...options, signal });
    return snapshot.code;
  } catch (error) {
    throw toClientError(error);
  }
}
