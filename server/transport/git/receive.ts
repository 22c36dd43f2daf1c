/**
 * The push side of Git's wire: which refs a client may move where, and the
 * report. Whether the pack is good is the repository's matter.
 */
import {
  flushPacket,
  joinBytes,
  longestLine,
  MalformedPacket,
  packet,
  readPackets,
} from '../../../protocol/pktLine.ts';
import type { ReceiveReport, RefUpdate } from '../../domain/code/ports.ts';
import { noObject } from './advertisement.ts';
import { noLfs } from './lfs.ts';

export type PushRequest = { readonly updates: readonly RefUpdate[]; readonly capabilities: ReadonlySet<string> };

/** More refs in one push is no push of a person. */
const mostUpdates = 1_000;

export function readPush(section: Uint8Array): PushRequest {
  // A shallow clone says where its history ends. What is missing here as well, the check of the pack finds.
  const lines = readPackets(section).lines.filter((line) => line !== null && !line.startsWith('shallow ')) as string[];
  if (lines.length > mostUpdates) throw new MalformedPacket(`a push moves at most ${mostUpdates} refs`);
  const [, list = ''] = (lines[0] ?? '').split('\0');
  return { updates: lines.map(readUpdate), capabilities: new Set(list.trim().split(' ')) };
}

function readUpdate(line: string): RefUpdate {
  const [, from, to, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) ([^\0]+)/.exec(line) ?? [];
  if (from === undefined || to === undefined || ref === undefined) throw new MalformedPacket('not a ref update');
  return { ref, from: from === noObject ? null : from, to: to === noObject ? null : to };
}

/** Why a client may not move this ref; null when it may. */
export function refuseUpdate({ ref }: RefUpdate): string | null {
  if (!isRefName(ref)) return 'funny refname';
  if (/^refs\/(heads|tags)\//.test(ref)) return null;
  // `refs/flywheel/runs/` keeps what runs need; only the server writes there.
  return /^refs\/flywheel\/snapshots\/[0-9a-f]{40}$/.test(ref) ? null : 'this ref is not for clients to write';
}

/** Git's rules for names, and none that a file system could take for something else. */
export function isRefName(ref: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is being refused
  if (ref.length > 240 || /[\u0000-\u0020\u007f~^:?*[\\<>|"]|\.\.|@\{|\.$/.test(ref)) return false;
  return /^refs\/[^/]+\/./.test(ref) && ref.split('/').every((part) => /^[^.]/.test(part) && !/\.(lock)?$/.test(part));
}

/** In Git's own words, wrapped in a side band where the client reads one. */
export function reportPush(report: ReceiveReport, capabilities: ReadonlySet<string>): Uint8Array {
  if (!capabilities.has('report-status')) return flushPacket;
  const lines = joinBytes([
    packet(`unpack ${report.packError ?? 'ok'}\n`),
    ...report.refs.map(({ ref, error }) => packet(error === null ? `ok ${ref}\n` : `ng ${ref} ${error}\n`)),
    flushPacket,
  ]);
  if (!capabilities.has('side-band-64k')) return lines;
  const word = report.lfsPointers > 0 ? inBand(2, new TextEncoder().encode(aboutPointers(report.lfsPointers))) : [];
  return joinBytes([...word, ...inBand(1, lines), flushPacket]);
}

function aboutPointers(count: number): string {
  return `${count} of these files only point to data of Git LFS. ${noLfs}\n`;
}

/** Cuts bytes into packets of a side band: 1 is data, 2 is text for people, 3 is a fatal error. */
export function inBand(band: 1 | 2 | 3, bytes: Uint8Array): readonly Uint8Array[] {
  const packets: Uint8Array[] = [];
  const most = longestLine - 1;
  for (let at = 0; at < bytes.length; at += most) {
    packets.push(packet(joinBytes([Uint8Array.of(band), bytes.subarray(at, at + most)])));
  }
  return packets;
}
