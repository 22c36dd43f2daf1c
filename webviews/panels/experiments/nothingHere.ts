/** What stands where there is no experiment or no run: why, and what to do next. */
import { html } from 'lit';
import { emptyState } from '../../ui/states.ts';
import type { View } from './searchRows.ts';

export function noExperiment() {
  return emptyState({
    icon: 'chart',
    title: 'No experiment yet',
    hint: 'Each project has one from its start. Launch a run, or log one with stock mlflow and MLFLOW_TRACKING_URI set to this server.',
  });
}

export function noRuns(filter: string, view: View, clearFilter: () => void) {
  if (filter !== '')
    return emptyState({
      icon: 'search',
      title: 'No run matches the filter',
      hint: html`<span class="mono">${filter}</span>`,
      action: html`<button class="plain" @click=${clearFilter}>Clear the filter</button>`,
    });
  if (view === 'deleted')
    return emptyState({ icon: 'trash', title: 'No deleted runs', hint: 'Deleted runs wait here and can be restored.' });
  return emptyState({
    icon: 'play',
    title: 'No runs yet',
    hint: 'Launch one from the sidebar of VS Code, or run a script that logs with mlflow; it appears here at once.',
  });
}
