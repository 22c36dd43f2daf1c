/** How launches are let in, for those that launch: what a launch costs is set aside in its own unit of work. */
import type { Tier } from '../../../protocol/model/tier.ts';
import type { StoredRun } from '../runs/ports.ts';
import type { Stores } from './store.ts';

export interface LaunchAdmission {
  /** What a launch is expected to cost; asked before the write. */
  expectedCost(launch: { readonly projectId: string; readonly command: string; readonly tier: Tier }): Promise<number>;
  /** Within the launch's unit of work: reserves the cost, and holds the run that would cross a budget. */
  admit(stores: Stores, launch: Admitted): Promise<void>;
}

export type Admitted = { readonly run: StoredRun; readonly tier: Tier; readonly cost: number };
