/** Where each place stands on the server's pages. Pure. */
import type { PanelPlace } from '../../protocol/panel.ts';

type Addresses = { readonly [Panel in PanelPlace['panel']]: (place: Extract<PanelPlace, { panel: Panel }>) => string };

const addresses: Addresses = {
  home: () => '/',
  launch: () => '/',
  run: ({ runId, tab }) => withQuery(`/runs/${encodeURIComponent(runId)}`, { tab }),
  experiments: ({ projectId: project, experimentId: experiment, filter, viewId: view }) =>
    withQuery('/experiments', { project, experiment, filter, view }),
  // Commas part the runs: an address that people read.
  compare: ({ runIds, baseline }) =>
    `/compare?runs=${runIds.join(',')}${baseline === undefined ? '' : `&baseline=${baseline}`}`,
  environments: ({ environmentId, revision }) =>
    withQuery(environmentId ? `/environments/${encodeURIComponent(environmentId)}` : '/environments', {
      revision: revision?.toString(),
    }),
  costs: () => '/costs',
  sweep: ({ sweepId, projectId: project }) =>
    withQuery(sweepId ? `/sweeps/${encodeURIComponent(sweepId)}` : '/sweeps', { project }),
  project: ({ projectId }) => `/projects/${encodeURIComponent(projectId)}`,
  portfolio: () => '/portfolio',
  jobs: ({ tab, projectId: project }) => withQuery('/jobs', { tab, project }),
  search: ({ text: q }) => withQuery('/search', { q }),
};

export function addressOf(place: PanelPlace): string {
  return (addresses[place.panel] as (place: PanelPlace) => string)(place);
}

function withQuery(path: string, fields: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const query = new URLSearchParams(given);
  return query.size > 0 ? `${path}?${query}` : path;
}
