/** The `audit` entries. Reading the log changes nothing in it. */
import type {
  AuditFilter,
  AuditLines,
  AuditPage,
  AuditProgress,
  AuditSearchInput,
} from '../../../protocol/model/audit.ts';
import type { Call } from '../shared/call.ts';
import type { Store } from '../shared/store.ts';

export type AuditServiceDependencies = { readonly store: Store };

/** Some tenths of a second of work: so often progress is told, and a thread is free for others. */
const linksAtOnce = 50_000;
const linesAtOnce = 1000;

export class AuditService {
  readonly #deps: AuditServiceDependencies;

  constructor(deps: AuditServiceDependencies) {
    this.#deps = deps;
  }

  async search({ limit, ...query }: AuditSearchInput, { signal }: Call): Promise<AuditPage> {
    // One more than asked for tells whether there is a next page.
    const found = await this.#deps.store.scans.auditSearch({ ...query, limit: limit + 1 }, signal);
    const events = found.slice(0, limit);
    return { events, next: found.length > limit ? (events.at(-1)?.clock ?? null) : null };
  }

  async *verify(_input: unknown, { signal }: Call): AsyncGenerator<AuditProgress, void, void> {
    const { scans } = this.#deps.store;
    const { oldest, total } = await this.#extent();
    let [checked, after, hash] = [0, oldest, null as string | null];
    while (!signal.aborted) {
      const links = await scans.auditLinks({ after, hash, limit: linksAtOnce }, signal);
      checked += links.checked;
      [after, hash] = [links.after, links.hash];
      const done = links.broken !== null || links.checked < linksAtOnce;
      const newestHash = done && links.broken === null ? hash : null;
      yield { checked, total: Math.max(total, checked), done, firstBroken: links.broken, newestHash };
      if (done) return;
    }
  }

  async *export(filter: AuditFilter, { signal }: Call): AsyncGenerator<AuditLines, void, void> {
    const until = (await this.#extent()).newest;
    for (let after = 0; !signal.aborted; ) {
      const { lines, to } = await this.#deps.store.scans.auditLines({ ...filter, after, limit: linesAtOnce }, signal);
      if (lines.length > 0) yield { text: lines.join(''), events: lines.length };
      if (lines.length < linesAtOnce || to >= until) return;
      after = to;
    }
  }

  #extent(): Promise<{ readonly oldest: number; readonly newest: number; readonly total: number }> {
    return this.#deps.store.read(async ({ events }) => {
      const [oldest, newest] = [await events.oldest(), await events.clock()];
      return { oldest, newest, total: newest - oldest };
    });
  }
}
