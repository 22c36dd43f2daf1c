import type { Reading } from './figure.ts';

/** One measurement may give several figures (one per panel, say). Throws the reason when it cannot be taken. */
export type Suite = {
  readonly name: string;
  readonly about: string;
  readonly figures: readonly { readonly name: string; readonly read: () => Promise<readonly Reading[]> }[];
};
