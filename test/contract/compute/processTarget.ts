/** The process backend on a folder of its own. Closing leaves no process behind. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createProcessBackend, type ProcessBackendOptions } from '../../../server/adapters/process/processBackend.ts';
import { everyName, filesHolding } from '../../harness/folderContents.ts';
import { temporaryFolder } from '../../harness/temporaryFolder.ts';
import { type ComputeTarget, endOf, type OpenTarget } from './computeTarget.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export type OpenProcessTarget = OpenTarget & { readonly options: ProcessBackendOptions; readonly scratch: string };

export const processTarget = {
  name: 'the process backend',
  async open(): Promise<OpenProcessTarget> {
    const folder = await temporaryFolder();
    const scratch = join(folder.path, 'scratch');
    await mkdir(scratch);
    const options: ProcessBackendOptions = {
      jobsFolder: join(folder.path, 'jobs'),
      environmentsFolder: join(folder.path, 'environments'),
      volumesFolder: join(folder.path, 'volumes'),
      logLimitMiB: 8,
      log: silent,
    };
    const backend = createProcessBackend(options);
    const close = async () => {
      for (const handle of await backend.list()) {
        await backend.stop(handle, { graceMs: 0 });
        await endOf(backend, handle);
      }
      await folder[Symbol.asyncDispose]();
    };
    const traces = () => everyName(folder.path);
    const placesOf = (text: string) => filesHolding(folder.path, text);
    return { backend, restart: () => createProcessBackend(options), scratch, options, traces, placesOf, close };
  },
} satisfies ComputeTarget;
