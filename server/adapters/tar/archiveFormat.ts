/** What both sides of an archive know. */

export type ArchiveTotals = { readonly files: number; readonly bytes: number };

/** Says what there was: an archive that was cut off between two files has none. */
export const lastEntry = 'flywheel-backup-end.json';
