/** What is known of the runs of a script, by the source that each run recorded. */
import type { StoredRun } from '../runs/ports.ts';

/** Runs that recorded one source: a launched run its command, a logged one what its client ran. */
export type Source = {
  readonly name: string;
  readonly launched: boolean;
  /** Of launched runs: the folder in the snapshot that the command ran in. */
  readonly folder: string;
  readonly experimentId: string;
  readonly runs: number;
};

export type Selection = {
  /** Null means whatever they ran. */
  readonly sources: readonly Pick<Source, 'name' | 'folder'>[] | null;
  /** Null means all. */
  readonly projectIds: readonly string[] | null;
  /** The newest so many. */
  readonly limit: number;
};

export type Effect = {
  readonly value: string;
  readonly runs: number;
  readonly measured: number;
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly lastAt: number;
};

export interface ScriptStore {
  /** Every source that was ever recorded, each once. */
  sourceNames(limit: number): Promise<readonly string[]>;
  /** Null names mean whatever was recorded, and runs that recorded nothing. Deleted runs do not count. */
  sources(names: readonly string[] | null, projectIds: readonly string[] | null): Promise<readonly Source[]>;
  newest(selection: Selection): Promise<StoredRun | null>;
  metrics(selection: Selection): Promise<readonly { readonly key: string; readonly runs: number }[]>;
  parameters(selection: Selection): Promise<readonly { readonly key: string; readonly values: number }[]>;
  /** By the last finite value; of equal ones the newest. */
  best(
    selection: Selection,
    metric: { readonly key: string; readonly direction: 'min' | 'max' },
  ): Promise<{ readonly runId: string; readonly value: number } | null>;
  /** Values of a parameter, those that most runs have first. */
  effects(
    selection: Selection,
    about: { readonly parameter: string; readonly metric: string | null; readonly limit: number },
  ): Promise<{ readonly distinct: number; readonly values: readonly Effect[] }>;
}
