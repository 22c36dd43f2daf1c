/**
 * The fetch side of Git's wire, stateless: each request says again what is
 * wanted and what the client has. Shallow fetches are not offered.
 */
import { MalformedPacket, packet, readPackets } from '../../../protocol/pktLine.ts';
import type { Ref } from '../../domain/code/ports.ts';

export type FetchRequest = {
  readonly wants: readonly string[];
  readonly haves: readonly string[];
  readonly done: boolean;
  readonly capabilities: ReadonlySet<string>;
};

export function readFetch(body: Uint8Array): FetchRequest {
  const lines = readPackets(body).lines.filter((line) => line !== null);
  if (lines.some((line) => /^(deepen|shallow|filter) ?/.test(line))) {
    throw new MalformedPacket('shallow and partial fetches are not offered here: fetch without --depth and --filter');
  }
  const [, list = ''] = /^want [0-9a-f]{40} ?(.*)/.exec(lines[0] ?? '') ?? [];
  return {
    wants: idsAfter('want', lines),
    haves: idsAfter('have', lines),
    done: lines.includes('done'),
    capabilities: new Set(list.trim().split(' ')),
  };
}

function idsAfter(verb: string, lines: readonly string[]): readonly string[] {
  const found = lines.flatMap((line) => new RegExp(`^${verb} ([0-9a-f]{40})\\b`).exec(line)?.[1] ?? []);
  return [...new Set(found)];
}

/** A client may ask for what it was shown; anything else could be another's unreachable object. */
export function unknownWant(request: FetchRequest, refs: readonly Ref[]): string | null {
  const shown = new Set(refs.map((ref) => ref.id));
  return request.wants.find((id) => !shown.has(id)) ?? null;
}

export type Agreement = {
  readonly lines: readonly Uint8Array[];
  /** Whether the pack follows; otherwise the client comes again with more of what it has. */
  readonly sendsPack: boolean;
};

/** `common` are the haves that the server has too. */
export function agree(request: FetchRequest, common: readonly string[]): Agreement {
  const last = common.at(-1);
  const nak = packet('NAK\n');
  if (request.done) return { lines: [last === undefined ? nak : packet(`ACK ${last}\n`)], sendsPack: true };
  if (!request.capabilities.has('multi_ack_detailed')) {
    return { lines: [last === undefined ? nak : packet(`ACK ${last}\n`)], sendsPack: false };
  }
  const acks = common.map((id) => packet(`ACK ${id} common\n`));
  if (last === undefined || !request.capabilities.has('no-done')) return { lines: [...acks, nak], sendsPack: false };
  return { lines: [...acks, packet(`ACK ${last} ready\n`), nak, packet(`ACK ${last}\n`)], sendsPack: true };
}
