import * as z from 'zod';
import { experimentId, projectId } from '../model/common.ts';
import {
  columns,
  completeInput,
  completion,
  createExperimentInput,
  experiment,
  experimentColumns,
  groupRunsInput,
  parsedFilter,
  parseInput,
  runGroups,
  runPage,
  runSelection,
  runValues,
  runValuesInput,
  searchRunsInput,
} from '../model/experiment.ts';
import { signedIn, withRole } from './base.ts';

export const experiments = {
  list: signedIn
    .route({
      method: 'GET',
      path: '/experiments',
      summary: 'Experiments that you may see, most recently changed first',
    })
    .input(z.object({ projectId: projectId.optional() }))
    .output(z.array(experiment)),
  get: withRole('viewer', 'experimentId')
    .route({ method: 'GET', path: '/experiments/{experimentId}', summary: 'One experiment' })
    .input(z.object({ experimentId }))
    .output(experiment),
  create: withRole('contributor', 'projectId')
    .route({ method: 'POST', path: '/experiments', summary: 'Create an experiment' })
    .input(createExperimentInput)
    .output(experiment),
  search: withRole('viewer', 'experimentIds')
    .meta({ reads: true })
    .route({
      method: 'POST',
      path: '/experiments/search-runs',
      summary: 'Runs by filter and order, over everything and not within a page',
    })
    .input(searchRunsInput)
    .output(runPage),
  group: withRole('viewer', 'experimentIds')
    .meta({ reads: true })
    .route({
      method: 'POST',
      path: '/experiments/group-runs',
      summary: 'Runs grouped by columns, with statistics over all runs of each group',
    })
    .input(groupRunsInput)
    .output(runGroups),
  differing: withRole('viewer', 'experimentIds')
    .meta({ reads: true })
    .route({
      method: 'POST',
      path: '/experiments/differing-columns',
      summary: 'The columns whose values are not the same in all matching runs',
    })
    .input(runSelection)
    .output(columns),
  values: withRole('viewer', 'experimentIds')
    .meta({ reads: true })
    .route({
      method: 'POST',
      path: '/experiments/run-values',
      summary: 'Values of many runs, column by column, for charts',
    })
    .input(runValuesInput)
    .output(runValues),
  columns: withRole('viewer', 'experimentIds')
    .meta({ reads: true })
    .route({ method: 'POST', path: '/experiments/columns', summary: 'The metrics, parameters and tags that occur' })
    .input(z.object({ experimentIds: z.array(experimentId).min(1).max(100) }))
    .output(experimentColumns),
  complete: withRole('viewer', 'experimentIds')
    .meta({ reads: true })
    .route({
      method: 'POST',
      path: '/experiments/complete',
      summary: 'What may stand at the caret of a filter, and what is wrong with it',
    })
    .input(completeInput)
    .output(completion),
  parse: signedIn
    .meta({ reads: true })
    .route({ method: 'POST', path: '/experiments/parse', summary: 'A filter as comparisons, or what is wrong with it' })
    .input(parseInput)
    .output(parsedFilter),
};
