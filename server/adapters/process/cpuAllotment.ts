/**
 * Decides which processors each job is held to: as many as its tier says, the
 * least taken first, so that two jobs share one only when there is no other.
 */
export class CpuAllotment {
  readonly #taken = new Map<string, readonly number[]>();

  /** Null when the job may use them all. */
  take(
    job: string,
    { wanted, all }: { readonly wanted: number; readonly all: readonly number[] },
  ): readonly number[] | null {
    // Asked again: what it had is free again.
    this.#taken.delete(job);
    const count = Math.max(1, Math.ceil(wanted));
    if (count >= all.length) return null;
    const uses = new Map(all.map((cpu) => [cpu, 0]));
    for (const cpu of [...this.#taken.values()].flat()) uses.set(cpu, (uses.get(cpu) ?? 0) + 1);
    const byUse = all.toSorted((a, b) => (uses.get(a) ?? 0) - (uses.get(b) ?? 0));
    const cpus = byUse.slice(0, count).toSorted((a, b) => a - b);
    this.#taken.set(job, cpus);
    return cpus;
  }

  /** Of a job found after a restart. */
  keep(job: string, cpus: readonly number[] | null): void {
    if (cpus) this.#taken.set(job, cpus);
  }

  release(job: string): void {
    this.#taken.delete(job);
  }
}
