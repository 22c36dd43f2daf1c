/**
 * When somebody or something last worked in each workspace, as far as this
 * process has seen. It is only ever told; what it knows is kept now and then,
 * so that a restart of the server makes nobody look idle for long.
 */
import type { Clock } from '../shared/ports.ts';

type Seen = { readonly at: number; readonly busy: boolean };

export class WorkspaceActivity {
  readonly #clock: Clock;
  readonly #seen = new Map<string, Seen>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A person did something through the proxy. */
  touch(workspaceId: string): void {
    this.#seen.set(workspaceId, { at: this.#clock.now(), busy: this.isBusy(workspaceId) });
  }

  /** Whether a kernel or a command works now: as long as one does, it is as if somebody worked. */
  setBusy(workspaceId: string, busy: boolean): void {
    const at = busy ? this.#clock.now() : (this.lastAt(workspaceId) ?? 0);
    this.#seen.set(workspaceId, { at, busy });
  }

  lastAt(workspaceId: string): number | null {
    return this.#seen.get(workspaceId)?.at || null;
  }

  isBusy(workspaceId: string): boolean {
    return this.#seen.get(workspaceId)?.busy ?? false;
  }

  forget(workspaceId: string): void {
    this.#seen.delete(workspaceId);
  }
}
