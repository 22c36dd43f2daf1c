/** Whether backends answer, asked rarely and never for long: one that hangs must not hold up the others. */
import type { Tier } from '../../../protocol/model/tier.ts';
import { messageOf } from '../shared/errors.ts';
import type { Clock } from '../shared/ports.ts';
import { pause } from '../shared/wakeup.ts';
import { type HostPool, pooledBackend } from './hostPool.ts';
import type { BackendProbe, Backends, TierHealth } from './ports.ts';

export type BackendHealthDependencies = {
  readonly backends: Backends;
  readonly clock: Clock;
  readonly pool?: HostPool;
  readonly freshMs?: number;
  readonly deadlineMs?: number;
};

type Known = { readonly at: number; readonly problem: Promise<string | null> };

export class BackendHealth implements TierHealth {
  readonly #backends: Backends;
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #deadlineMs: number;
  readonly #pool: HostPool | null;
  readonly #known = new Map<string, Known>();

  constructor({ backends, clock, pool, freshMs = 3000, deadlineMs = 10_000 }: BackendHealthDependencies) {
    this.#backends = backends;
    this.#clock = clock;
    this.#pool = pool ?? null;
    this.#freshMs = freshMs;
    this.#deadlineMs = deadlineMs;
  }

  /** Why nothing can run on it now, in words; null when it answers. */
  problem(backendId: string): Promise<string | null> {
    const now = this.#clock.now();
    const known = this.#known.get(backendId);
    if (known !== undefined && Math.abs(now - known.at) < this.#freshMs) return known.problem;
    const problem = this.#ask(backendId);
    this.#known.set(backendId, { at: now, problem });
    return problem;
  }

  /** What of a tier its host cannot give, or why it cannot be used at all. */
  async tierProblem(tier: Tier): Promise<string | null> {
    const problem = await this.problem(tier.backend);
    if (problem !== null) return problem;
    if (this.#pool !== null && tier.backend === pooledBackend) return this.#pool.tierProblem(tier);
    const backend = this.#backends.get(tier.backend);
    try {
      return (await backend?.misfit(tier)) ?? null;
    } catch (error) {
      return messageOf(error);
    }
  }

  async #ask(backendId: string): Promise<string | null> {
    if (this.#pool !== null && backendId === pooledBackend) return this.#pool.problem();
    const backend = this.#backends.get(backendId);
    if (backend === undefined) return `This server has no compute backend ${backendId}.`;
    const answered = new AbortController();
    const late = pause(this.#deadlineMs, answered.signal).then(() => 'late' as const);
    try {
      const probe = await Promise.race([backend.probe(), late]);
      return probe === 'late' ? `The compute backend ${backendId} does not answer.` : problemOf(backendId, probe);
    } catch (error) {
      return `The compute backend ${backendId} does not answer: ${messageOf(error)}`;
    } finally {
      answered.abort();
    }
  }
}

function problemOf(backendId: string, { available, problem }: BackendProbe): string | null {
  return available ? null : (problem ?? `The compute backend ${backendId} is not available.`);
}
