/** What a job would wait for, and what all of it will likely cost. Pure. */
import type { CostEstimate } from '../../../protocol/model/cost.ts';
import type { DefinedJob, JobPlan } from '../../../protocol/model/job.ts';

const groupWords = {
  queue: (group: string) => `until no other run of the group ${group} goes on`,
  'cancel-older': (group: string) => `until older runs of the group ${group}, which it stops, have ended`,
  skip: (group: string) => `for nothing; it is skipped while another run of the group ${group} has not ended`,
} as const;

export function waitsOf(
  { definition }: DefinedJob,
  { tierId, alone }: { readonly tierId: string; readonly alone: boolean },
): readonly string[] {
  const needed = alone ? [] : (definition['depends-on'] ?? []);
  const { concurrency } = definition;
  return [
    ...needed.map((name) => `until ${name} has succeeded`),
    ...(concurrency ? [groupWords[concurrency.policy ?? 'queue'](concurrency.group)] : []),
    `for a place on the tier ${tierId}`,
  ];
}

/** Null as soon as nothing is known of one of them. */
export function costOf(estimates: readonly (CostEstimate | null)[]): JobPlan['cost'] {
  const known = estimates.flatMap((estimate) =>
    estimate?.cost ? [{ ...estimate.cost, currency: estimate.currency }] : [],
  );
  const [first] = known;
  if (first === undefined || known.length < estimates.length) return null;
  const sum = (pick: 'low' | 'high') => known.reduce((total, cost) => total + cost[pick], 0);
  return { low: sum('low'), high: sum('high'), currency: first.currency };
}
