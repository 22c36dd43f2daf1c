/** Which projects a portfolio shows, in which order, and as what columns. Pure. */
import type { Health, Portfolio, PortfolioProject } from '../../../protocol/model/portfolio.ts';
import { type CsvCell, toCsv } from '../../ui/csv.ts';

export type Filters = {
  readonly text: string;
  readonly stage: string;
  readonly health: string;
  readonly ownerId: string;
  readonly archived: boolean;
};
export const noFilters: Filters = { text: '', stage: '', health: '', ownerId: '', archived: false };

export const columns = [
  'name',
  'stage',
  'health',
  'blockers',
  'goals',
  'spent',
  'models',
  'runs',
  'owner',
  'active',
] as const;
export type Column = (typeof columns)[number];
export type Order = { readonly column: Column; readonly descending: boolean };

export const healthWords: Readonly<Record<Health['state'], string>> = {
  good: 'Good',
  quiet: 'Quiet',
  stale: 'Stale',
  failing: 'Failing runs',
  blocked: 'Blocked',
};
const worst: readonly Health['state'][] = ['quiet', 'good', 'stale', 'failing', 'blocked'];

/** Every word must be in the name, id, purpose, a tag or the lead's name. */
export function isShown(project: PortfolioProject, { text, stage, health, ownerId }: Filters): boolean {
  if (stage !== '' && project.stage !== stage) return false;
  if (health !== '' && project.health.state !== health) return false;
  if (ownerId !== '' && project.owner.id !== ownerId) return false;
  const about = [project.name, project.id, project.purpose, project.owner.name, ...project.tags]
    .join('\n')
    .toLowerCase();
  const asked = text.toLowerCase().split(/\s+/);
  return asked.every((word) => about.includes(word));
}

export function ordered(
  projects: readonly PortfolioProject[],
  { column, descending }: Order,
  stages: Portfolio['stages'],
): readonly PortfolioProject[] {
  const place = new Map(stages.map(({ id }, at) => [id, at]));
  const key = (project: PortfolioProject) =>
    column === 'stage' ? (place.get(project.stage) ?? stages.length) : keys[column](project);
  const sign = descending ? -1 : 1;
  return [...projects].sort((a, b) => sign * compare(key(a), key(b)) || (a.id < b.id ? -1 : 1));
}

const keys: Readonly<Record<Exclude<Column, 'stage'>, (project: PortfolioProject) => string | number>> = {
  name: ({ name }) => name,
  health: ({ health }) => worst.indexOf(health.state),
  blockers: ({ openBlockers }) => openBlockers,
  goals: ({ goals }) => (goals.total === 0 ? -1 : goals.reached / goals.total),
  spent: ({ spent }) => spent,
  models: ({ liveModels }) => liveModels,
  runs: ({ runs }) => runs.total,
  owner: ({ owner }) => owner.name,
  active: ({ lastActivityAt }) => lastActivityAt,
};

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}

/** A board has a column for each stage, and one for each that the list no longer has but projects do. */
export function boardOf(projects: readonly PortfolioProject[], stages: Portfolio['stages']) {
  const byStage = Map.groupBy(projects, ({ stage }) => stage);
  const known = stages.map(({ id, name }) => ({ id, name, projects: byStage.get(id) ?? [] }));
  const unknown = [...byStage].filter(([id]) => !stages.some((stage) => stage.id === id));
  return [...known, ...unknown.map(([id, own]) => ({ id, name: id, projects: own }))];
}

const head = [
  'project',
  'id',
  'stage',
  'health',
  'why',
  'open blockers',
  'goals reached',
  'goals',
  'spent',
  'forecast',
];
const rest = [
  'currency',
  'live models',
  'runs',
  'active runs',
  'lead',
  'last activity',
  'visibility',
  'tags',
  'archived',
];

export function portfolioCsv(
  projects: readonly PortfolioProject[],
  currency: string,
  forecast: (spent: number) => number | null,
): string {
  const rows = projects.map((project): CsvCell[] => {
    const { health, goals, runs, owner, spent } = project;
    const money = [spent, forecast(spent), currency];
    return [
      ...[project.name, project.id, project.stage, healthWords[health.state], health.why.join(' ')],
      ...[project.openBlockers, goals.reached, goals.total, ...money, project.liveModels, runs.total, runs.active],
      ...[owner.name, new Date(project.lastActivityAt).toISOString(), project.visibility, project.tags.join(' ')],
      project.archived,
    ];
  });
  return toCsv([[...head, ...rest], ...rows]);
}
