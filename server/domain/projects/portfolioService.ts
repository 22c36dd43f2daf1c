/** The portfolio: every project that the caller may see, in two scans however many there are. */
import type {
  DiscoverableProject,
  Portfolio,
  PortfolioInput,
  PortfolioProject,
} from '../../../protocol/model/portfolio.ts';
import { failingRuns } from '../../../protocol/model/portfolio.ts';
import type { Catalog } from '../compute/ports.ts';
import type { Visibility } from '../shared/access.ts';
import type { Call, Caller } from '../shared/call.ts';
import type { Clock } from '../shared/ports.ts';
import type { Store } from '../shared/store.ts';
import { versionOf } from './conflicts.ts';
import { judgeHealth } from './judgeHealth.ts';
import type { PortfolioRow, StageList } from './ports.ts';

export type PortfolioServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly catalog: StageList & Pick<Catalog, 'currency'>;
  readonly visibility: Visibility;
};

const purposeLength = 300;
const mostDiscoverable = 500;

export class PortfolioService {
  readonly #deps: PortfolioServiceDependencies;

  constructor(deps: PortfolioServiceDependencies) {
    this.#deps = deps;
  }

  async portfolio({ archived, from }: PortfolioInput, { caller, signal }: Call): Promise<Portfolio> {
    const { store, clock, catalog, visibility } = this.#deps;
    const projectIds = await visibility.visibleProjects(caller);
    const now = clock.now();
    const query = { projectIds, archived, lastRuns: failingRuns, purposeLength };
    const edges = [from, Math.max(now, from + 1)];
    const [rows, spent] = await Promise.all([
      store.scans.portfolio(query, signal),
      store.scans.spending({ edges, by: 'project', projectIds, now }, signal),
    ]);
    const costs = new Map(spent.map(({ key, cost }) => [key, cost]));
    const quiet = new Set(catalog.stages().flatMap((stage) => (stage.quiet ? [stage.id] : [])));
    const owned = await this.#owned(caller);
    const show = (row: PortfolioRow): PortfolioProject => ({
      ...shown(row),
      mayChange: owned === 'all' || owned.has(row.id),
      health: judgeHealth({ ...row, quiet: quiet.has(row.stage), now }),
      spent: costs.get(row.id) ?? 0,
    });
    return {
      stages: catalog.stages(),
      currency: catalog.currency(),
      until: now,
      projects: rows.map(show),
      discoverable: projectIds === null ? [] : await this.#discoverable(caller, new Set(projectIds)),
    };
  }

  /** A narrowed token learns of no project beside its own. */
  async #discoverable(caller: Caller, seen: ReadonlySet<string>): Promise<readonly DiscoverableProject[]> {
    if (caller.scope.kind !== 'user') return [];
    const found = await this.#deps.store.read(({ projects }) => projects.discoverable(mostDiscoverable));
    return found
      .filter(({ id }) => !seen.has(id))
      .map(({ id, name, description }) => ({ id, name, purpose: description.slice(0, purposeLength) }));
  }

  async #owned({ admin, userId, scope }: Caller): Promise<'all' | ReadonlySet<string>> {
    if (scope.kind === 'run' || (scope.kind === 'project' && scope.role !== 'owner')) return new Set();
    if (admin) return 'all';
    const memberships = await this.#deps.store.read(({ access }) => access.projectsOf(userId));
    return new Set(memberships.flatMap(({ projectId, role }) => (role === 'owner' ? [projectId] : [])));
  }
}

function shown(row: PortfolioRow): Omit<PortfolioProject, 'mayChange' | 'health' | 'spent'> {
  const { id, name, stage, tags, visibility, template, archived, openBlockers, liveModels, lastActivityAt } = row;
  return {
    ...{ id, name, stage, tags, visibility, template, archived, openBlockers, liveModels, lastActivityAt },
    purpose: row.description,
    version: versionOf(row),
    owner: { id: row.ownerId, name: row.ownerName },
    goals: { total: row.goals, reached: row.goalsReached },
    runs: { total: row.runs, active: row.activeRuns },
  };
}
