/**
 * What of a run is the same in another one made from it, what differs, and
 * what nobody can tell. The same rules judge a plan and its outcome. Pure.
 */
import type { Difference, Sameness } from '../../../protocol/model/reproduction.ts';
import type { StoredRevision } from '../environments/ports.ts';
import { compareData, type DataUsed } from './dataVersions.ts';
import { type Hardware, hardwareChanges } from './hardware.ts';
import type { StoredLaunch } from './ports.ts';

export type Made = {
  readonly launch: Pick<
    StoredLaunch,
    'command' | 'parameters' | 'code' | 'tierId' | 'environmentId' | 'environmentRevision'
  >;
  /** When it began, or was asked for. */
  readonly at: number;
  /** Null where it is not known. */
  readonly hardware: Hardware | null;
  /** The datasets that it logged; null while it may still log some. */
  readonly data: readonly DataUsed[] | null;
};

export type Verdicts = { readonly same: readonly Sameness[]; readonly differences: readonly Difference[] };
type Verdict = Sameness | Difference;

export function compareMade(before: Made, now: Made, revision: StoredRevision | null): Verdicts {
  const verdicts = [
    codeVerdict(before, now),
    textVerdict('command', before.launch.command, now.launch.command),
    parametersVerdict(before, now),
    environmentVerdict(before, now, revision),
    tierVerdict(before, now),
    hardwareVerdict(before, now),
    compareData(before.data ?? [], now.data),
    seedVerdict(before),
  ];
  return {
    same: verdicts.filter((verdict) => !isDifference(verdict)),
    differences: verdicts.filter(isDifference),
  };
}

function isDifference(verdict: Verdict): verdict is Difference {
  return 'kind' in verdict;
}

function differs(what: Difference['what'], text: string, remedy: string | null = null): Difference {
  return { what, kind: 'differs', text, remedy };
}

function unknown(what: Difference['what'], text: string, remedy: string | null = null): Difference {
  return { what, kind: 'unknown', text, remedy };
}

function codeVerdict({ launch: before }: Made, { launch: now }: Made): Verdict {
  const changes = before.code.dirty ? ' with its uncommitted changes' : '';
  const short = before.code.commit.slice(0, 8);
  if (before.code.commit === now.code.commit) return { what: 'code', text: `Commit ${short}${changes}` };
  return differs('code', `Commit ${now.code.commit.slice(0, 8)} instead of ${short}.`);
}

function textVerdict(what: 'command', before: string, now: string): Verdict {
  return before === now ? { what, text: before } : differs(what, `“${now}” instead of “${before}”.`);
}

function parametersVerdict({ launch: before }: Made, { launch: now }: Made): Verdict {
  const keys = new Set([...Object.keys(before.parameters), ...Object.keys(now.parameters)]);
  const changed = [...keys].filter((key) => before.parameters[key] !== now.parameters[key]);
  if (changed.length > 0) return differs('parameters', `Other values of ${changed.join(', ')}.`);
  return { what: 'parameters', text: keys.size === 0 ? 'None, as before' : `All ${keys.size}` };
}

function environmentVerdict(
  { launch: before, at }: Made,
  { launch: now }: Made,
  revision: StoredRevision | null,
): Verdict {
  const name = (launch: Made['launch']) => `${launch.environmentId} revision ${launch.environmentRevision}`;
  if (name(before) !== name(now)) return differs('environment', `${name(now)} instead of ${name(before)}.`);
  if (revision === null) return differs('environment', `${name(before)} is no longer there.`);
  const { build, definition } = revision;
  if (definition.kind === 'system') {
    const text = `${name(before)} is the software of the machine itself, which may have changed since.`;
    return unknown('environment', text, 'Run in a Python environment of Flywheel to have its packages fixed.');
  }
  if (build.state === 'failed') return differs('environment', `The build of ${name(before)} fails now: ${build.error}`);
  if (build.state !== 'ready' || build.endedAt === null) {
    return unknown('environment', `${name(before)} is not built and is built anew; what is not pinned may come newer.`);
  }
  if (build.endedAt > at) {
    return unknown('environment', `${name(before)} was built anew since; what is not pinned may have come newer.`);
  }
  return { what: 'environment', text: `${name(before)}, the same build` };
}

function tierVerdict({ launch: before }: Made, { launch: now }: Made): Verdict {
  if (before.tierId === now.tierId) return { what: 'tier', text: before.tierId };
  return differs('tier', `Tier ${now.tierId} instead of ${before.tierId}.`);
}

function hardwareVerdict({ hardware: before }: Made, { hardware: now }: Made): Verdict {
  if (before === null || now === null) {
    return unknown('hardware', 'What machine it ran on was not recorded.');
  }
  const changes = hardwareChanges(before, now);
  if (changes.length > 0) return differs('hardware', `The machine changed: ${changes.join(', ')}.`);
  return {
    what: 'hardware',
    text: `${plural(now.cpus, 'CPU')}, ${now.memoryMiB} MiB, ${plural(now.gpus, 'GPU')} on ${now.host}`,
  };
}

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

function seedVerdict({ launch: { parameters } }: Made): Verdict {
  const seeds = Object.entries(parameters).filter(([key]) => /(^|[_.\-/ ])(seed|random_state)$/i.test(key));
  if (seeds.length > 0) return { what: 'seed', text: seeds.map(([key, value]) => `${key} ${value}`).join(', ') };
  return unknown('seed', 'No launch parameter is a seed: what the script draws by chance may come out differently.');
}
