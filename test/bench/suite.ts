import type { Reading } from './figure.ts';

export type BenchOptions = {
  /** How long what takes its time goes on. */
  readonly minutes: number;
};

/** One measurement may give several figures (one per panel, say). Throws the reason when it cannot be taken. */
export type Suite = {
  readonly name: string;
  readonly about: string;
  readonly figures: readonly {
    readonly name: string;
    readonly read: (options: BenchOptions) => Promise<readonly Reading[]>;
  }[];
};
