/** How the kinds of what is found are named and drawn, in the order in which they stand. */
import type { SearchKind } from '../../../protocol/model/search.ts';
import type { IconName } from '../../ui/icon.ts';

export const kindLooks: Readonly<
  Record<SearchKind, { readonly icon: IconName; readonly one: string; readonly many: string }>
> = {
  project: { icon: 'folder', one: 'Project', many: 'Projects' },
  document: { icon: 'note', one: 'Document', many: 'Documents' },
  notebook: { icon: 'columns', one: 'Notebook', many: 'Notebooks' },
  code: { icon: 'file', one: 'Code', many: 'Code' },
  run: { icon: 'play', one: 'Run', many: 'Runs' },
  experiment: { icon: 'chart', one: 'Experiment', many: 'Experiments' },
  model: { icon: 'flywheel', one: 'Model', many: 'Models' },
  environment: { icon: 'sliders', one: 'Environment', many: 'Environments' },
  comment: { icon: 'comment', one: 'Comment', many: 'Comments' },
  person: { icon: 'eye', one: 'Person', many: 'People' },
};
