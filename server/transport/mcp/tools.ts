/**
 * Which entries of the contract agents are offered, and as what: each that
 * answers once, but those about signing in. Nothing here names an entry.
 */
import { getEventIteratorSchemaDetails } from '@orpc/contract';
import type { EntryMeta } from '../../../protocol/contract/base.ts';
import type { Caller } from '../../domain/shared/call.ts';
import { accessOf, contractEntries, type Entry } from '../http/contractRouter.ts';

export type Tool = {
  readonly entry: Entry;
  /** As `runs_get`: agents take letters, digits and underscores. */
  readonly name: string;
  readonly description: string;
  /** It changes nothing. */
  readonly reads: boolean;
  readonly destroys: boolean;
};

/** Tokens are made and ended by people. */
const withheld: ReadonlySet<string> = new Set(['session']);

/** A server is made for each request: what the contract has is looked through once. */
const offered: readonly Tool[] = contractEntries().filter(isOffered).map(toTool);

export function toolsFor({ admin }: Pick<Caller, 'admin'>): readonly Tool[] {
  return admin ? offered : offered.filter(({ entry }) => accessOf(entry).kind !== 'admin');
}

function isOffered({ namespace, procedure }: Entry): boolean {
  const isStream = getEventIteratorSchemaDetails(procedure['~orpc'].outputSchema) !== undefined;
  return !withheld.has(namespace) && !isStream;
}

function toTool(entry: Entry): Tool {
  const { route, meta } = entry.procedure['~orpc'];
  const access = accessOf(entry);
  const needed = access.kind === 'project' ? ` Needs the role ${access.role} in the project.` : '';
  return {
    entry,
    name: `${entry.namespace}_${entry.name}`,
    description: `${route.summary ?? entry.name}.${needed}`,
    reads: route.method === 'GET' || (meta as EntryMeta).reads === true,
    destroys: route.method === 'DELETE',
  };
}
