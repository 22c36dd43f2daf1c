/**
 * What a repository tells a client before anything else: its refs, and which
 * parts of the protocol are spoken (versions 0 and 1).
 */
import { flushPacket, joinBytes, packet } from '../../../protocol/pktLine.ts';
import type { Ref } from '../../domain/code/ports.ts';

export type GitService = 'git-upload-pack' | 'git-receive-pack';

export const noObject = '0'.repeat(40);

const capabilities: Readonly<Record<GitService, string>> = {
  'git-upload-pack': 'multi_ack_detailed no-done side-band-64k ofs-delta allow-tip-sha1-in-want',
  // A thin pack could not be checked by itself.
  'git-receive-pack': 'report-status delete-refs side-band-64k ofs-delta no-thin',
};

export type Advertisement = {
  readonly service: GitService;
  readonly refs: readonly Ref[];
  /** Full name of the branch that HEAD stands for. */
  readonly head: string | null;
  readonly version: 0 | 1;
};

export function advertise({ service, refs, head, version }: Advertisement): Uint8Array {
  const target = refs.find((ref) => ref.name === head);
  const isFetch = service === 'git-upload-pack';
  const named = target && isFetch ? [{ name: 'HEAD', id: target.id }, ...refs] : refs;
  const symref = target && isFetch ? ` symref=HEAD:${target.name}` : '';
  const spoken = `${capabilities[service]}${symref} object-format=sha1 agent=flywheel`;
  const first = named[0] ?? { id: noObject, name: 'capabilities^{}' };
  return joinBytes([
    packet(`# service=${service}\n`),
    flushPacket,
    ...(version === 1 ? [packet('version 1\n')] : []),
    packet(`${first.id} ${first.name}\0${spoken}\n`),
    ...named.slice(1).map((ref) => packet(`${ref.id} ${ref.name}\n`)),
    flushPacket,
  ]);
}

/** Of `Git-Protocol: version=N`; a newer one is answered with what we speak. */
export function readVersion(header: string | string[] | undefined): 0 | 1 {
  return String(header ?? '')
    .split(':')
    .includes('version=1')
    ? 1
    : 0;
}
