/** What programs use of snapshots. The extension loads it when first wanted, from a bundle of its own. */
export { findLocalCommit } from './localCommit.ts';
export { prepareLaunch } from './prepareLaunch.ts';
export { takeSnapshot } from './takeSnapshot.ts';
