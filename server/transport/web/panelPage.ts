/** The pages that show panels in a browser: the same bundles as in VS Code, told where they stand. */
import type * as z from 'zod';
import { mostCompared, type PanelPlace, panelPlace } from '../../../protocol/panel.ts';
import { DomainError } from '../../domain/shared/errors.ts';
import { escapeHtml, type Page } from '../http/html.ts';

const titles: Readonly<Record<PanelPlace['panel'], string>> = {
  home: 'Flywheel',
  run: 'Run · Flywheel',
  experiments: 'Experiments · Flywheel',
  compare: 'Comparison · Flywheel',
  environments: 'Environments · Flywheel',
  launch: 'Launch · Flywheel',
  costs: 'Costs · Flywheel',
  search: 'Search · Flywheel',
  sweep: 'Sweep · Flywheel',
  project: 'Project · Flywheel',
  portfolio: 'Portfolio · Flywheel',
  jobs: 'Jobs · Flywheel',
};

export function panelPage(place: PanelPlace): Page {
  return {
    title: titles[place.panel],
    head: (nonce) => `<script type="module" nonce="${nonce}" src="/assets/${escapeHtml(place.panel)}.js"></script>`,
    bodyAttributes: { 'data-panel': place.panel, 'data-place': JSON.stringify(place) },
    body: '<noscript>This page needs scripts.</noscript>',
  };
}

/** Addresses are typed by people: what is not a place is a page that does not exist. */
export function readPlace(place: Readonly<Record<string, unknown>>): PanelPlace {
  const parsed = panelPlace.safeParse(place);
  if (!parsed.success) throw place.panel === 'compare' ? noComparison(parsed.error) : noPage();
  return parsed.data;
}

function noPage(): DomainError {
  return new DomainError('not-found', 'There is no such page');
}

function noComparison({ issues }: z.core.$ZodError): DomainError {
  const message = `The runs cannot be compared: ${issues[0]?.message ?? 'they are not named'}.`;
  return new DomainError('invalid-input', message, {
    field: 'runs',
    remedy: `Name 2 to ${mostCompared} different runs, as in /compare?runs=ID,ID.`,
  });
}
