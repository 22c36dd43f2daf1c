/**
 * On which host a run goes: one that has the labels its tier asks for, answers,
 * is not drained and has room; of those one where the environment is ready,
 * then the least loaded. Pure.
 */
import type { HostFacts } from '../../../protocol/model/host.ts';
import type { Tier } from '../../../protocol/model/tier.ts';

export type Load = { readonly cpus: number; readonly memoryMiB: number; readonly gpus: number };

export type Candidate = {
  /** Of its backend. */
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly drained: boolean;
  /** Null while it does not answer; then `problem` says why. */
  readonly facts: HostFacts | null;
  readonly problem: string | null;
  readonly load: Load;
};

export type Wish = Pick<Tier, 'name' | 'cpus' | 'memoryMiB' | 'gpus' | 'gpuKind' | 'diskMiB' | 'hostLabels'>;

export type Choice = { readonly hosts: readonly Candidate[] } | { readonly reason: string };

/** All hosts that can take it now, the best first; or why none can. */
export function chooseHosts(wish: Wish, candidates: readonly Candidate[]): Choice {
  if (candidates.length === 0) return { reason: 'The catalog has no Docker host.' };
  const labelled = candidates.filter(({ labels }) => hasLabels(labels, wish.hostLabels));
  if (labelled.length === 0) return { reason: `No Docker host has the labels ${labelText(wish.hostLabels)}.` };
  const able = labelled.filter(({ facts }) => facts !== null && misfitOf(wish, facts) === null);
  const open = able.filter(({ drained }) => !drained);
  if (open.length === 0) return { reason: whyNone(wish, labelled, able.length > 0) };
  const free = open.filter((host) => hasRoom(wish, host));
  if (free.length === 0) return { reason: `All hosts that fit ${wish.name} are taken: it needs ${sizeText(wish)}.` };
  return { hosts: free.toSorted((a, b) => loadOf(a) - loadOf(b) || (a.id < b.id ? -1 : 1)) };
}

/** Whether a host that has something of it already can take it again: `unfit` is for good, the others may pass. */
export function standingOf(wish: Wish, host: Candidate): 'fits' | 'silent' | 'full' | 'unfit' {
  if (!hasLabels(host.labels, wish.hostLabels)) return 'unfit';
  if (host.facts === null) return 'silent';
  if (host.drained || misfitOf(wish, host.facts) !== null) return 'unfit';
  return hasRoom(wish, host) ? 'fits' : 'full';
}

/** What of a tier no host could ever give; null when one can, or may once it answers. */
export function misfitOfAll(wish: Wish, candidates: readonly Candidate[]): string | null {
  const labelled = candidates.filter(({ labels }) => hasLabels(labels, wish.hostLabels));
  if (labelled.length === 0) {
    const choice = chooseHosts(wish, candidates);
    return 'reason' in choice ? choice.reason : null;
  }
  const misfits = labelled.map(({ name, facts }) => {
    const misfit = facts === null ? null : misfitOf(wish, facts);
    return misfit === null ? null : `The host ${name}: ${misfit}`;
  });
  return misfits.includes(null) ? null : (misfits[0] ?? null);
}

/** Null when a host that runs nothing else could take it. */
export function misfitOf(wish: Wish, facts: HostFacts): string | null {
  if (wish.cpus > facts.cpus) return `The tier has ${wish.cpus} CPUs; this machine has ${facts.cpus}.`;
  if (wish.memoryMiB > facts.memoryMiB) {
    return `The tier has ${wish.memoryMiB} MiB of memory; this machine has ${facts.memoryMiB} MiB.`;
  }
  if (wish.gpus > facts.gpus.length) return `The tier has ${wish.gpus} GPU(s); this machine has ${facts.gpus.length}.`;
  if (wish.gpus > 0 && wish.gpuKind !== null && !facts.gpuKinds.includes(wish.gpuKind)) {
    return `The tier has GPUs of the kind ${wish.gpuKind}; this machine has ${facts.gpuKinds.join(', ') || 'none that is named'}.`;
  }
  if (wish.diskMiB !== null && facts.freeDiskMiB !== null && wish.diskMiB > facts.freeDiskMiB) {
    return `The tier has ${wish.diskMiB} MiB of disk; this machine has ${facts.freeDiskMiB} MiB free.`;
  }
  return null;
}

export function addLoad(load: Load, { cpus, memoryMiB, gpus }: Load): Load {
  return { cpus: load.cpus + cpus, memoryMiB: load.memoryMiB + memoryMiB, gpus: load.gpus + gpus };
}

export const noLoad: Load = { cpus: 0, memoryMiB: 0, gpus: 0 };

function whyNone(wish: Wish, labelled: readonly Candidate[], isDrained: boolean): string {
  if (isDrained) return 'The hosts that fit are being drained.';
  const silent = labelled.find(({ facts }) => facts === null);
  if (silent) return silent.problem ?? `The Docker host ${silent.name} does not answer.`;
  const [first] = labelled;
  return (first?.facts && misfitOf(wish, first.facts)) ?? 'No host fits.';
}

function hasLabels(labels: Candidate['labels'], wanted: Candidate['labels']): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

function hasRoom(wish: Wish, { facts, load }: Candidate): boolean {
  if (facts === null) return false;
  const fits = load.cpus + wish.cpus <= facts.cpus && load.memoryMiB + wish.memoryMiB <= facts.memoryMiB;
  return fits && load.gpus + wish.gpus <= facts.gpus.length;
}

function loadOf({ facts, load }: Candidate): number {
  return facts === null ? 1 : Math.max(load.cpus / facts.cpus, load.memoryMiB / facts.memoryMiB);
}

function labelText(wanted: Candidate['labels']): string {
  const text = Object.entries(wanted).map(([name, value]) => `${name}=${value}`);
  return text.join(', ');
}

function sizeText({ cpus, memoryMiB, gpus }: Wish): string {
  return `${cpus} CPUs and ${memoryMiB} MiB${gpus > 0 ? ` and ${gpus} GPU(s)` : ''}`;
}
